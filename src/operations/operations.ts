import type { Dialect } from "../dialect.ts";
import { gateway } from "../gateway.ts";
import type { Authorize } from "../principal.ts";
import { cancelStream } from "./cancel-stream.ts";
import { disconnect } from "./disconnect.ts";
import { operatorsOnly } from "./operator.ts";
import type { OperationsParts } from "./parts.ts";
import { timeline } from "./timeline.ts";
import type { OperationsGateway } from "./types.ts";
import { watch } from "./watch.ts";

/** The app's name, and its first path segment. */
export const OPERATIONS = "operations";

/** The operator's side as a system of its own, in this dialect. Without an authorizer everybody is an operator. */
export function operations(parts: OperationsParts, dialect: Dialect, authorize?: Authorize): OperationsGateway {
  return gateway({
    routes: {
      watch: watch(parts),
      timeline: timeline(parts),
      cancelStream: cancelStream(parts),
      disconnect: disconnect(parts),
    },
    dialect,
    ...(authorize !== undefined && { authorize: operatorsOnly(authorize) }),
  });
}
