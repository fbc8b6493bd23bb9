import { SluiceError } from "../protocol/errors.ts";

/** Throws `conflict` where a put expects another version than the document has; 0 is that of a document not there (R3). */
export function expectVersion(ifVersion: number | undefined, version: number): void {
  if (ifVersion === undefined || ifVersion === version) return;
  throw new SluiceError("conflict", `The document is at version ${version}, not ${ifVersion}.`);
}
