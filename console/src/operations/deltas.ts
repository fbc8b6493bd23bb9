/** What is counted where the pages say "deltas". */
export const DELTAS = "Pieces of text, as they came from the model. One may hold several of the model's tokens.";
