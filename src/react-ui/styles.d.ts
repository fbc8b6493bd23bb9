/** The styles have no exports; this file lets TypeScript find them. */
declare const styles: undefined;
export type { styles };
