/** What holds a table, a chart or a message on these pages. */
export const PANEL = "rounded-xl border border-line bg-surface";
