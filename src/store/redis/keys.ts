import { digestOf } from "../../ids.ts";

/** What is due is spread over so many sorted sets. */
export const SHARDS = 8;

/** The keys of one stream. They carry its id as their hash tag, so that a cluster keeps them on one node. */
export interface StreamKeys {
  readonly head: string;
  readonly log: string;
}

/** The lists of one app in one scope: of all its streams, and of those that run. They share the scope's hash tag with its requests. */
export interface ListKeys {
  readonly all: string;
  readonly running: string;
}

/** Where everything stands. */
export class Keys {
  readonly #prefix: string;

  /** `prefix` must not contain a brace: a cluster would take it for the hash tag. */
  constructor(prefix: string) {
    if (/[{}]/.test(prefix)) throw new Error("A prefix of keys in Redis cannot contain a brace.");
    this.#prefix = prefix;
  }

  stream(streamId: string): StreamKeys {
    // A tag is never empty, whatever id a client asks for.
    const place = `${this.#prefix}{stream:${streamId}}:`;
    return { head: `${place}head`, log: `${place}log` };
  }

  /** Where the requests of a scope, and its lists, stand. Scopes come from clients, so a digest stands for them. */
  async scope(scope: string): Promise<ScopeKeys> {
    return new ScopeKeys(`${this.#prefix}{scope:${await digestOf(scope)}}:`);
  }

  due(shard: number): string {
    return `${this.#prefix}due:${shard}`;
  }

  dueOf(streamId: string): string {
    let sum = 0;
    for (let index = 0; index < streamId.length; index += 1) sum += streamId.charCodeAt(index);
    return this.due(sum % SHARDS);
  }
}

export class ScopeKeys {
  readonly #place: string;

  constructor(place: string) {
    this.#place = place;
  }

  request(requestId: string): string {
    return `${this.#place}request:${requestId}`;
  }

  lists(app: string): ListKeys {
    return { all: `${this.#place}all:${app}`, running: `${this.#place}running:${app}` };
  }
}

/** A place in a list: by creation, among equals by id. */
export function placeAt(createdAt: number, streamId: string): string {
  return `${String(createdAt).padStart(PLACE_DIGITS, "0")}#${streamId}`;
}

/** When what stands at a place was made. */
export function timeAt(place: string): number {
  return Number(place.slice(0, PLACE_DIGITS));
}

/** The stream at a place. */
export function idAt(place: string): string {
  return place.slice(PLACE_DIGITS + 1);
}

const PLACE_DIGITS = 16;
