import type { Clock } from "../../clock.ts";
import { nativeDialect } from "../../dialect/native.ts";
import type { Gateway } from "../../gateway.ts";
import { randomId } from "../../ids.ts";
import type { Inspection } from "../../inspection.ts";
import { OPERATIONS, operations } from "../../operations/operations.ts";
import type { Authorize } from "../../principal.ts";
import { SluiceError } from "../../protocol/errors.ts";
import type { Source } from "../../source.ts";
import { isLoopbackHost } from "../http/defence.ts";
import { packageVersion } from "./package-version.ts";

/** The operator's side asks no model. */
export const noModel: Source = {
  modelId: "none",
  stream() {
    throw new SluiceError("internal", "The operator's side has no model.");
  },
};

/** What decides whether, and to whom, the operator's side is shown. */
export interface OperationsOptions {
  readonly operations?: true | { readonly authorize?: Authorize };
  readonly authorize?: Authorize;
  readonly origins?: readonly string[];
  readonly features?: Readonly<Record<string, unknown>>;
}

/**
 * The operator's side, by its name; empty where it is not asked for. Without an authorizer it is there for this machine alone: not
 * where the server listens beyond loopback, and not where it answers to a foreign host name, since then a proxy stands before it.
 */
export function operationsMount(
  { operations: asked, origins = [], features = {}, ...options }: OperationsOptions,
  listensOnLoopback: boolean,
  clock: Clock,
  inspection: () => Inspection,
): Readonly<Record<string, Gateway>> {
  if (asked === undefined) return {};
  const authorize = asked === true ? options.authorize : (asked.authorize ?? options.authorize);
  const isPrivate = listensOnLoopback && origins.every((origin) => isLoopbackHost(new URL(origin).host));
  if (authorize === undefined && !isPrivate) return {};
  const { standIn } = features;
  const node = {
    id: randomId(),
    startedAt: clock.now(),
    version: packageVersion(),
    ...(typeof standIn === "boolean" && { standIn }),
  };
  return { [OPERATIONS]: operations({ inspection, node, clock }, nativeDialect, authorize) };
}
