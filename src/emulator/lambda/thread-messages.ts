import type { ResponseMetadata } from "./function.ts";

/** What an execution environment is made with. */
export interface EnvironmentData {
  /** File URL of the handler's module. */
  readonly module: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
}

/** To the environment. */
export type ToEnvironment =
  | {
      readonly type: "invoke";
      readonly id: number;
      readonly event: string;
      readonly deadline: number;
      readonly streaming: boolean;
    }
  /** The caller has taken what the function wrote last. */
  | { readonly type: "taken"; readonly id: number }
  /** The caller of a streaming function is gone. */
  | { readonly type: "gone"; readonly id: number };

/** From the environment. */
export type FromEnvironment =
  | { readonly type: "ready" }
  | { readonly type: "broken"; readonly errorType: string; readonly message: string }
  | { readonly type: "metadata"; readonly id: number; readonly metadata: ResponseMetadata }
  | { readonly type: "bytes"; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: "result"; readonly id: number; readonly json: string | undefined }
  | { readonly type: "failed"; readonly id: number; readonly errorType: string; readonly message: string };
