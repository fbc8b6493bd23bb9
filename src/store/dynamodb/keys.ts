import type { Key } from "./table-client.ts";

/** Lists of what is due are spread over so many partitions. */
export const SHARDS = 8;

/** The item of a stream that says all but its older events. */
export function headKey(streamId: string): Key {
  return { pk: `stream#${streamId}`, sk: "head" };
}

/** A part of a stream's events whose last one has this seq. */
export function eventsKey(streamId: string, last: number): Key {
  return { pk: `stream#${streamId}`, sk: `events#${padded(last)}` };
}

/** A piece of an append that is too large for the head. */
export function asideKey(streamId: string, name: string, part: number): Key {
  return { pk: `stream#${streamId}`, sk: `aside#${name}#${part}` };
}

export async function requestKey(scope: string, requestId: string): Promise<Key> {
  return { pk: `request#${await digest(JSON.stringify([scope, requestId]))}`, sk: "request" };
}

/** Where the streams of a scope are listed; those that run apart from those that have ended. */
export async function listOf(app: string, scope: string): Promise<string> {
  return `list#${await digest(JSON.stringify([app, scope]))}`;
}

export function listPartition(list: string, state: "running" | "ended"): string {
  return `${list}#${state}`;
}

export function duePartition(shard: number): string {
  return `due#${shard}`;
}

export function shardOf(streamId: string): number {
  let sum = 0;
  for (let index = 0; index < streamId.length; index += 1) sum += streamId.charCodeAt(index);
  return sum % SHARDS;
}

/** A place in a list or in what is due: by time, among equals by id. */
export function placeAt(time: number, id: string): string {
  return `${padded(time)}#${id}`;
}

/** Numbers as text in their own order. */
export function padded(value: number): string {
  return String(Math.max(0, Math.trunc(value))).padStart(16, "0");
}

/** Ids and scopes come from clients, and keys have a length. */
export async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Buffer.from(hash).toString("base64url");
}
