import { SluiceError } from "sluice";

/** A phrase that names no date, or none that there is; the message says why. */
export function refusedDate(reason: string): SluiceError {
  return new SluiceError("bad_request", reason);
}
