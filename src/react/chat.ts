import type { Client } from "../client/client.ts";
import type { RouteInput, RouteName, RouteResult } from "../client/typed-routes.ts";
import { randomId } from "../client/random-id.ts";
import { List } from "./list.ts";
import { follow } from "./follow.ts";
import { keep, kept } from "./kept.ts";
import { type RunView, loadReading, viewOf } from "./run-view.ts";

export interface UserMessage<Input = unknown> {
  readonly id: string;
  readonly role: "user";
  readonly text: string;
  /** What was sent for it. */
  readonly input: Input;
}

export interface AssistantMessage<Result = unknown> {
  readonly id: string;
  readonly role: "assistant";
  readonly view: RunView<Result>;
}

export type ChatMessage<Input = unknown, Result = unknown> = UserMessage<Input> | AssistantMessage<Result>;

/** A question and its answer. */
export type Exchange<Input = unknown, Result = unknown> = readonly [UserMessage<Input>, AssistantMessage<Result>];

/** A message as models read it. */
export interface ChatTurn {
  readonly role: "user" | "assistant";
  readonly content: string;
}

export interface RequestOptions {
  readonly requestId?: string;
}

/** What was asked of a route, and what came: outside React, and kept in the tab where there is a key. */
export interface Chat<Input, Result> {
  /** The same list until an exchange comes or goes. */
  readonly exchanges: List<Exchange<Input, Result>>;
  /** Asks, and forgets what was asked before. */
  start(input: Input, options?: RequestOptions): RunView<Result>;
  /** Asks, after what was asked before. */
  add(text: string, input: Input): void;
  /** Asks the last question again, instead of its answer. */
  again(): RunView<Result> | undefined;
  /** Stops the last answer; resolves when the server has confirmed it. */
  cancel(): Promise<void>;
  clear(): void;
  /** Shows what was kept; asked twice, it does so once. */
  restore(): void;
}

/** A question as it is kept across a reload, with what is known of its answer. */
interface KeptQuestion<Input> extends UserMessage<Input>, RequestOptions {
  /** Unknown until the server has told it. */
  readonly streamId?: string;
}

/** What was asked of this route, under `key` in the tab's storage where it is to outlive a reload. */
export function chatOf<System, Name extends RouteName<System>>(
  client: Client<System>,
  route: Name,
  key: string | undefined,
): Chat<RouteInput<System, Name>, RouteResult<System, Name>> {
  type Input = RouteInput<System, Name>;
  type Result = RouteResult<System, Name>;
  type Exchanges = readonly Exchange<Input, Result>[];
  const exchanges = new List<Exchange<Input, Result>>();

  const save = (): void =>
    keep(
      key,
      exchanges.items.map(
        ([
          question,
          {
            view: { run },
          },
        ]) => ({
          ...question,
          requestId: run.requestId,
          streamId: run.streamId,
        }),
      ),
    );

  const show = (shown: Exchanges): void => {
    exchanges.set(shown);
    save();
  };

  const answered = (question: UserMessage<Input>, view: RunView<Result>): Exchange<Input, Result> => {
    if (view.run.streamId === undefined) view.run.started.then(save, () => {});
    return [question, { id: randomId(), role: "assistant", view }];
  };

  const ask = (before: Exchanges, question: UserMessage<Input>, options?: RequestOptions): RunView<Result> => {
    const view = viewOf(client.run(route, question.input, options));
    show([...before, answered(question, view)]);
    return view;
  };

  const written = (text: string, input: Input): UserMessage<Input> => ({ id: randomId(), role: "user", text, input });

  return {
    exchanges,
    start: (input, options) => ask([], written("", input), options),
    add: (text, input) => void ask(exchanges.items, written(text, input)),
    again: () => {
      const last = exchanges.items.at(-1);
      return last && ask(exchanges.items.slice(0, -1), last[0]);
    },
    cancel: async () => exchanges.items.at(-1)?.[1].view.cancel(),
    clear: () => show([]),
    restore: () => {
      // Before it is needed: a run is about to be started.
      loadReading().catch(() => {});
      const questions = kept<KeptQuestion<Input>>(key);
      if (exchanges.items.length > 0 || questions.length === 0) return;
      // A stream that is not known yet is asked for again, as the same request (law 8).
      const viewOfKept = (question: KeptQuestion<Input>): RunView<Result> =>
        question.streamId === undefined
          ? viewOf(client.run(route, question.input, question))
          : follow(client, question.streamId, route);
      show(questions.map((question) => answered(question, viewOfKept(question))));
    },
  };
}
