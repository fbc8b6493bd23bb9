import { randomBytes } from "node:crypto";

const BYTES = 11;
const SHAPE = /^[A-Za-z0-9_-]{15}=$/;

/** An id of a connection or a request, like `VNRUSeldSwMCIRQ=`: base64url with its padding. */
export function newId(): string {
  return `${randomBytes(BYTES).toString("base64url")}=`;
}

/** Whether the text could be the id of a connection, open or not. */
export function isConnectionId(text: string): boolean {
  return SHAPE.test(text);
}
