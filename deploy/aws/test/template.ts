import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { codeIn } from "../lib/function-code.ts";
import type { StreamingGatewayProps } from "../lib/gateway-props.ts";
import { Storage } from "../lib/storage.ts";
import { StreamingGateway } from "../lib/streaming-gateway.ts";

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- Whatever CloudFormation has there; the tests look into it.
  readonly Properties: any;
}

/** A statement of a policy, with lists where one value may stand alone. */
export interface Statement {
  readonly actions: readonly string[];
  /** Each as JSON. */
  readonly resources: readonly string[];
}

export const FIXTURES: string = join(import.meta.dirname, "fixtures");

/** One gateway with its storage in a stack of its own; the template is made when it is asked for. */
export function gatewayStack(
  app: string,
  props: (stack: Stack) => Partial<StreamingGatewayProps> = () => ({ jwt: { jwksUrl: "https://id.example/keys" } }),
): { readonly template: Template; readonly gateway: StreamingGateway; readonly stack: Stack } {
  const stack = new Stack(new App(), "Stack");
  const { table, bucket } = new Storage(stack, "Storage");
  const gateway = new StreamingGateway(stack, "Gateway", {
    app,
    code: codeIn(join(FIXTURES, "code")),
    table,
    bucket,
    ...props(stack),
  });
  return {
    gateway,
    stack,
    get template() {
      return Template.fromStack(stack);
    },
  };
}

export function ofType(resources: Readonly<Record<string, Resource>>, type: string): Record<string, Resource> {
  return Object.fromEntries(Object.entries(resources).filter(([, { Type }]) => Type === type));
}

/** The one resource of the type whose id has this in it. */
export function only(resources: Readonly<Record<string, Resource>>, type: string, part = ""): Resource {
  const found = Object.entries(ofType(resources, type)).filter(([id]) => id.includes(part));
  if (found.length !== 1) throw new Error(`${found.length} of ${type} have "${part}" in their id, not one.`);
  return found[0]![1];
}

// oxlint-disable-next-line typescript/no-explicit-any -- A policy document as CloudFormation has it.
export function statementsOf(document: any): Statement[] {
  return document.Statement.map((statement: Record<string, unknown>) => {
    if (statement["Effect"] !== "Allow") throw new Error("Only what is allowed is looked at here.");
    return {
      actions: [statement["Action"]].flat() as string[],
      resources: [statement["Resource"]].flat().map((resource) => JSON.stringify(resource)),
    };
  });
}

/** What a function's own role allows. */
export function allowed(resources: Readonly<Record<string, Resource>>, part: string): Statement[] {
  return statementsOf(only(resources, "AWS::IAM::Policy", part).Properties.PolicyDocument);
}

export function actionsOf(statements: readonly Statement[], service: string): string[] {
  return statements.flatMap(({ actions }) => actions).filter((action) => action.startsWith(`${service}:`));
}

/** The resources of the statements that allow the action. */
export function resourcesFor(statements: readonly Statement[], action: string): string[] {
  return statements.filter(({ actions }) => actions.includes(action)).flatMap(({ resources }) => resources);
}
