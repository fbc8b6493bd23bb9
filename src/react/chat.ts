import type { Client } from "../client/client.ts";
import type { Run } from "../client/run.ts";
import type { RouteInput, RouteName, RouteResult } from "../client/typed-routes.ts";
import { randomId } from "../client/random-id.ts";
import { List } from "./list.ts";
import { follow, lastingView } from "./follow.ts";
import { keep, kept } from "./kept.ts";
import { type NeverBegun, neverBegun, whyNotBegun } from "./never-begun.ts";
import { type RunView, loadReading, viewOf } from "./run-view.ts";

export interface UserMessage<Input = unknown> {
  readonly id: string;
  readonly role: "user";
  readonly text: string;
  /** What was sent for it; after a reload, without the turns before, but for the last message. */
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
  /** Asks, after what was asked before. `brief`: the input without that. */
  add(text: string, input: Input, brief: Input): void;
  /** Asks the last question again, instead of its answer. */
  again(): RunView<Result> | undefined;
  /** Stops the last answer; resolves when the server has confirmed it. */
  cancel(): Promise<void>;
  clear(): void;
  /** Shows what was kept; asked twice, it does so once. */
  restore(): void;
}

/** A question as it is sent. */
interface Question<Input> extends UserMessage<Input> {
  /** The input without what was said before, which would be kept again with each question. */
  readonly brief?: Input | undefined;
}

/** A question as it is kept across a reload, with what is known of its answer. */
export interface KeptQuestion<Input> extends Question<Input>, RequestOptions {
  readonly route: string;
  /** Unknown until the server has told it. */
  readonly streamId?: string;
  /** Why it never began: it is not to be asked again unasked. */
  readonly failed?: NeverBegun | undefined;
}

/** What was asked of this route, under `key` in the tab's storage where it is to outlive a reload. */
export function chatOf<System, Name extends RouteName<System>>(
  client: Client<System>,
  route: Name,
  key: string | undefined,
): Chat<RouteInput<System, Name>, RouteResult<System, Name>> {
  type Input = RouteInput<System, Name>;
  type Result = RouteResult<System, Name>;
  type Asked = readonly [Question<Input>, AssistantMessage<Result>];
  type Exchanges = readonly Asked[];
  const exchanges = new List<Asked>();

  const save = (): void =>
    keep(
      key,
      exchanges.items.map(([question, { view }], index, { length }) => {
        const { requestId, streamId } = view.run;
        const failed = whyNotBegun(view.run);
        // Only what may be asked again is kept whole.
        const isOver = (streamId || failed) && index < length - 1;
        const brief = isOver && { input: question.brief ?? question.input, brief: undefined };
        return { ...question, route, requestId, streamId, failed, ...brief };
      }),
    );

  const show = (shown: Exchanges): void => {
    exchanges.set(shown);
    save();
  };

  const answered = (question: Question<Input>, view: RunView<Result>): Asked => {
    if (view.run.streamId === undefined) view.run.started.then(save, save);
    return [question, { id: randomId(), role: "assistant", view }];
  };

  const run = (input: Input, options?: RequestOptions): RunView<Result> =>
    lastingView(client, client.run(route, input, options), route);

  const ask = (before: Exchanges, question: Question<Input>, options?: RequestOptions): RunView<Result> => {
    const view = run(question.input, options);
    show([...before, answered(question, view)]);
    return view;
  };

  const written = (text: string, input: Input, brief?: Input): Question<Input> => ({
    id: randomId(),
    role: "user",
    text,
    input,
    brief,
  });

  return {
    exchanges,
    start: (input, options) => ask([], written("", input), options),
    add: (text, input, brief) => void ask(exchanges.items, written(text, input, brief)),
    again: () => {
      const last = exchanges.items.at(-1);
      return last && ask(exchanges.items.slice(0, -1), last[0]);
    },
    cancel: async () => exchanges.items.at(-1)?.[1].view.cancel(),
    clear: () => show([]),
    restore: () => {
      // Before it is needed: a run is about to be started.
      loadReading().catch(() => {});
      const questions = kept<Input>(key, route);
      if (exchanges.items.length > 0 || questions.length === 0) return;
      const viewOfKept = (question: KeptQuestion<Input>): RunView<Result> => {
        const { failed, streamId } = question;
        if (failed) return viewOf(neverBegun(route, failed) as Run<Result>);
        // A stream that is not known yet is asked for again, as the same request (law 8).
        return streamId === undefined ? run(question.input, question) : follow(client, streamId, route);
      };
      show(questions.map((question) => answered(question, viewOfKept(question))));
    },
  };
}
