import { BottomPin } from "./bottom-pin.ts";
import { ConnectionBadge } from "./connection-badge.ts";
import { Conversation, type ConversationParts } from "./conversation.ts";
import { byId } from "./element.ts";
import { Kept } from "./kept.ts";
import { showStandIn } from "./server-config.ts";
import { startTheme } from "./theme.ts";
import { Wire } from "./wire.ts";

type Own<System, Input> = Pick<ConversationParts<System, Input>, "ask" | "face" | "question" | "said">;

/** What a page is about: its system, and how it asks. */
export interface SystemPageParts<System, Input> extends Own<System, Input> {
  /** The system's path segment. */
  readonly system: string;
  /** What the form asks for now; undefined where it is not ready. */
  readonly read: () => Input | undefined | Promise<Input | undefined>;
}

/** The parts that every system's page has: the form, the answers, the connection, the theme. */
export class SystemPage<System, Input> {
  readonly conversation: Conversation<System, Input>;
  readonly kept: Kept<Input>;
  readonly #parts: SystemPageParts<System, Input>;
  readonly #form = byId("form", HTMLFormElement);
  #sending = false;

  constructor(parts: SystemPageParts<System, Input>) {
    startTheme();
    void showStandIn(byId("stand-in", HTMLParagraphElement));
    this.#parts = parts;
    this.kept = new Kept<Input>(parts.system);
    const wire = Wire.to<System>(parts.system, this.kept.session);
    const announcement = byId("announcement", HTMLParagraphElement);
    this.conversation = new Conversation<System, Input>({
      ...parts,
      kept: this.kept,
      wire,
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
    void new ConnectionBadge(byId("connection", HTMLDivElement)).watch(wire);
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
