import { IANAZone } from "luxon";

/** Whether this is a name of the IANA time zone database, like `Europe/Paris`; an offset like `+02:00` is none. */
export function isZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name);
}
