/** The styles have no exports; this file lets TypeScript find them. */
export {};
