import type { Clock } from "../../clock.ts";
import { nativeDialect } from "../../dialect/native.ts";
import type { Gateway } from "../../gateway.ts";
import { randomId } from "../../ids.ts";
import type { Inspection } from "../../inspection.ts";
import type { Logger } from "../../logger.ts";
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
  readonly logger?: Logger;
}

/**
 * The operator's side, by its name; empty where it is not asked for. Without an authorizer it is there for this machine alone: not
 * where the server listens beyond loopback, and not where it answers to a foreign host name, since then a proxy stands before it.
 * Nor where one of these systems has an authorizer: its streams are not for everybody (law 9).
 */
export function operationsMount(
  { operations: asked, origins = [], features = {}, ...options }: OperationsOptions,
  systems: Readonly<Record<string, Gateway>>,
  listensOnLoopback: boolean,
  clock: Clock,
  inspection: () => Inspection,
): Readonly<Record<string, Gateway>> {
  if (asked === undefined) return {};
  const authorize = asked === true ? options.authorize : (asked.authorize ?? options.authorize);
  const guarded = Object.keys(systems).filter((name) => systems[name]!.authorize !== undefined);
  if (authorize === undefined && guarded.length > 0) {
    options.logger?.warn(
      { apps: guarded },
      "the operator's side is not offered: systems have authorizers, but it has none; set operations.authorize",
    );
    return {};
  }
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
