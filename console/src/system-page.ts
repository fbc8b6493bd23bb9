import type { Client } from "sluice/client";
import { BottomPin } from "./bottom-pin.ts";
import { ConnectionBadge } from "./connection-badge.ts";
import { Conversation, type ConversationParts } from "./conversation.ts";
import { byId } from "./element.ts";
import { Kept } from "./kept.ts";
import { showStandIn } from "./server-config.ts";
import { startTheme } from "./theme.ts";
import { Wire } from "./wire.ts";

type Own<Input> = Pick<ConversationParts<Input>, "face" | "question" | "said">;

/** What a page is about: its system, and how it asks. */
export interface SystemPageParts<System, Input> extends Own<Input> {
  /** The system's path segment. */
  readonly system: string;
  readonly ask: (client: Client<System>, input: Input, requestId: string) => ReturnType<Client<System>["run"]>;
  /** What the form asks for now; undefined where it is not ready. */
  readonly read: () => Input | undefined | Promise<Input | undefined>;
}

/** The parts that every system's page has: the form, the answers, the connection, the theme. */
export class SystemPage<System, Input> {
  readonly conversation: Conversation<Input>;
  readonly kept: Kept<Input>;
  readonly #parts: SystemPageParts<System, Input>;
  readonly #form = byId("form", HTMLFormElement);
  #sending = false;

  constructor(parts: SystemPageParts<System, Input>) {
    startTheme();
    void showStandIn(byId("stand-in", HTMLParagraphElement));
    this.#parts = parts;
    this.kept = new Kept<Input>(parts.system);
    const wire = new Wire<System>(`/${parts.system}`, this.kept.session);
    const announcement = byId("announcement", HTMLParagraphElement);
    this.conversation = new Conversation<Input>({
      ...parts,
      kept: this.kept,
      wire,
      ask: (input, requestId) => parts.ask(wire.client, input, requestId),
      follow: (streamId) => wire.client.follow(streamId),
      pin: new BottomPin(),
      transcript: byId("transcript", HTMLDivElement),
      announce: (text) => (announcement.textContent = text),
      changed: () => this.#changed(),
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#send();
    });
    this.#form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#form.requestSubmit();
    });
    new ConnectionBadge(byId("connection", HTMLDivElement)).watch(wire.client);
    this.conversation.restore();
  }

  async #send(): Promise<void> {
    if (this.conversation.isBusy || this.#sending) return;
    this.#sending = true;
    this.#changed();
    try {
      const input = await this.#parts.read();
      if (input !== undefined) this.conversation.ask(input);
    } finally {
      this.#sending = false;
      this.#changed();
    }
  }

  #changed(): void {
    byId("empty", HTMLDivElement).hidden = !this.conversation.isEmpty;
    const busy = this.conversation.isBusy || this.#sending;
    byId("ask", HTMLButtonElement).setAttribute("aria-disabled", String(busy));
  }
}
