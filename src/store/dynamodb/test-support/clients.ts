import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** Notes the name of each command that goes out. */
export function counted(client: DynamoDBClient, names: string[]): DynamoDBClient {
  client.middlewareStack.add(
    (next, context) => (command) => {
      names.push(String(context["commandName"]));
      return next(command);
    },
    { step: "initialize" },
  );
  return client;
}

/** Sends each write twice, as the SDK does where the answer to the first was lost. */
export function losingAnswers(client: DynamoDBClient): DynamoDBClient {
  client.middlewareStack.add(
    (next, context) => async (command) => {
      if (/^(Put|Update)Item/.test(String(context["commandName"]))) await next(command);
      return next(command);
    },
    { step: "initialize" },
  );
  return client;
}

/** Refuses one kind of command before it goes out. */
export function failingFrom(name: string, client: DynamoDBClient): DynamoDBClient {
  return before(client, new RegExp(`^${name}$`), () => Promise.reject(new Error("cut")));
}

/** Does this before each such command goes out. */
export function before(client: DynamoDBClient, names: RegExp, act: () => Promise<void>): DynamoDBClient {
  client.middlewareStack.add(
    (next, context) => async (command) => {
      if (names.test(String(context["commandName"]))) await act();
      return next(command);
    },
    { step: "initialize" },
  );
  return client;
}

/** Does this once each such command was answered, before the answer is told. */
export function after(client: DynamoDBClient, names: RegExp, act: (input: object) => Promise<void>): DynamoDBClient {
  client.middlewareStack.add(
    (next, context) => async (command) => {
      const answer = await next(command);
      if (names.test(String(context["commandName"]))) await act(command.input);
      return answer;
    },
    { step: "initialize" },
  );
  return client;
}
