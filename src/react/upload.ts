import { errorOf } from "../client/http-error.ts";
import type { FetchLike } from "../client/socket.ts";
import type { List } from "./list.ts";
import { progressFetch } from "./progress-fetch.ts";
import type { UploadItem } from "./use-upload.ts";

/** What the upload asks of a client; `via` sends the request, where the client's own fetch cannot tell of its progress. */
export interface Sender {
  fetch(path: string, init: RequestInit, via?: FetchLike): Promise<Response>;
}

/** Sends a file as the body of a POST; it is stopped where it is taken off the list. */
export async function upload<Uploaded>(
  client: Sender,
  path: string,
  id: string,
  file: File,
  list: List<UploadItem<Uploaded>>,
): Promise<Uploaded | undefined> {
  const stop = new AbortController();
  const { name, size: total, type } = file;
  const change = (changes: Partial<UploadItem<Uploaded>>): void =>
    list.set(list.items.map((item) => (item.id === id ? { ...item, ...changes } : item)));
  const stopListening = list.subscribe(() => {
    if (!list.items.some((item) => item.id === id)) stop.abort();
  });
  list.set([...list.items, { id, name, loaded: 0, total, status: "uploading" }]);
  try {
    const response = await client.fetch(
      path,
      { method: "POST", headers: { "Content-Type": type }, body: file, signal: stop.signal },
      globalThis.XMLHttpRequest && progressFetch((loaded) => change({ loaded })),
    );
    if (!response.ok) throw await errorOf(response);
    const value = (await response.json()) as Uploaded;
    change({ status: "done", loaded: total, value });
    return value;
  } catch (thrown) {
    change({ status: "error", error: thrown as Error });
    return undefined;
  } finally {
    stopListening();
  }
}
