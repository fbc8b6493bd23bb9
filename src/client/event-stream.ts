/** One event of an event stream; the fields that Sluice sends (PROTOCOL.md section 7.2). */
export interface StreamedEvent {
  readonly id: string | undefined;
  readonly data: string;
}

/**
 * Reads an event stream (WHATWG HTML, "server-sent events") as it comes: calls back for each event, and `heard` for
 * everything, comments too. Resolves at its end; rejects where it breaks off.
 */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  heard: () => void,
  took: (event: StreamedEvent) => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let id: string | undefined;
  let data: string[] = [];
  const take = (line: string): void => {
    const [, field, value = ""] = /^(\w+)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "id") id = value;
    if (field === "data") data.push(value);
    if (line !== "" || data.length === 0) return;
    took({ id, data: data.join("\n") });
    data = [];
  };
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) take(line.replace(/\r$/, ""));
  }
}
