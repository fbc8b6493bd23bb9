type Arguments<Method> = Method extends (...given: infer Given) => unknown ? Given : never;
type Result<Method> = Method extends (...given: never[]) => infer Given ? Given : never;

/** Calls a method of an engine, in this thread or in another, and brings what it gives or throws. */
export type Caller<Engine> = <Name extends keyof Engine>(
  method: Name,
  ...given: Arguments<Engine[Name]>
) => Promise<Result<Engine[Name]>>;

/** Calls an engine in this thread, at once. */
export function callerOf<Engine extends object>(engine: Engine): Caller<Engine> {
  return async (method, ...given) => (engine[method] as (...given: unknown[]) => never).apply(engine, given);
}
