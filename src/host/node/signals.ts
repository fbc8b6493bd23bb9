const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** Closes on the first SIGTERM or SIGINT and then ends the process; a second one ends it at once. */
export function closeOnSignals(close: () => Promise<void>): void {
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      void close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}
