/** Strands says `toolUse` where Bedrock and our sources say `tool_use`. */
export function toStrandsStopReason(stopReason: string): string {
  return stopReason.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** The way back: `endTurn` becomes `end_turn`. */
export function fromStrandsStopReason(stopReason: string): string {
  return stopReason.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
