/** What a suite needs of a test runner: vitest, jest and node:test all have it. */
export interface TestRunner {
  readonly describe: (name: string, cases: () => void) => void;
  readonly it: TestRegistrar & { readonly skip: TestRegistrar };
}

export type TestRegistrar = (title: string, run: () => Promise<void>) => void;

/** Registers a case; with a reason it is skipped, and the reason stands in its title. */
export function register({ it }: TestRunner, title: string, run: () => Promise<void>, skipped?: string): void {
  if (skipped === undefined) it(title, run);
  else it.skip(`${title} [skipped: ${skipped}]`, run);
}
