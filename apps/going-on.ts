import { GO_ON } from "sluice";
import type { PromptMessage, StandIn, StandInRequest } from "sluice/emulator/bedrock";

/** A stand-in that can be asked to go on: since it answers by rules, it makes the same answer anew, and says the rest of it. */
export function goingOn(standIn: (request: StandInRequest) => string): StandIn {
  return (request) => {
    const { messages } = request;
    if (textOf(messages.at(-1)) !== GO_ON) return standIn(request);
    const answer = standIn({ ...request, messages: messages.slice(0, -2) });
    const said = textOf(messages.at(-2));
    return answer.startsWith(said) ? answer.slice(said.length) : answer;
  };
}

function textOf(message: PromptMessage | undefined): string {
  return (message?.content ?? []).flatMap(({ text }) => text ?? []).join("");
}
