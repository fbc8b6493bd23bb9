/**
 * A reader's place in a stream (PROTOCOL.md section 4), written `<epoch>-<seq>`.
 * `seq` is dense from 0 over the whole stream; `epoch` counts the stream's writers from 1.
 */
export interface Offset {
  readonly epoch: number;
  readonly seq: number;
}

const FORM = /^([1-9]\d*)-(0|[1-9]\d*)$/;

/** Reads `<epoch>-<seq>`; undefined for any other text. */
export function parseOffset(text: string): Offset | undefined {
  const parts = FORM.exec(text);
  return parts === null ? undefined : { epoch: Number(parts[1]), seq: Number(parts[2]) };
}

/** Writes an offset as it stands on the wire. */
export function formatOffset(epoch: number, seq: number): string {
  return `${epoch}-${seq}`;
}

/**
 * The epoch that wrote `seq`. `epochs[i]` is the seq at which epoch `i + 1` began (law 4), ascending.
 */
export function epochOf(epochs: readonly number[], seq: number): number {
  let epoch = epochs.length;
  while (epoch > 1 && seq < epochs[epoch - 1]!) epoch -= 1;
  return epoch;
}

/** Whether `offset` names an event of the stream whose epochs these are and whose last event is `lastSeq` (law 4). */
export function isValidOffset(offset: Offset, epochs: readonly number[], lastSeq: number): boolean {
  return offset.epoch <= epochs.length && offset.seq <= lastSeq && epochOf(epochs, offset.seq) === offset.epoch;
}
