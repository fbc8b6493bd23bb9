/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whether these bytes stand at the place; each character is one byte. */
export function beginsWith(bytes: Uint8Array, characters: string, at = 0): boolean {
  for (let index = 0; index < characters.length; index += 1) {
    if (bytes[at + index] !== characters.charCodeAt(index)) return false;
  }
  return true;
}

/** A view for numbers of more than one byte. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
