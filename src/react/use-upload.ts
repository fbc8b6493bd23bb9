"use client";
import { useMemo } from "react";
import type { Client } from "../client/client.ts";
import { randomId } from "../client/random-id.ts";
import type { JsonObject } from "../protocol/json.ts";
import { List, useList } from "./list.ts";

/** A file on its way. */
export interface UploadItem<Uploaded = JsonObject> {
  readonly id: string;
  readonly name: string;
  /** Bytes that have left, and all of them. */
  readonly loaded: number;
  readonly total: number;
  readonly status: "uploading" | "done" | "error";
  /** A SluiceError where the server refused it. */
  readonly error?: Error;
  /** What the server answered. */
  readonly value?: Uploaded;
}

export interface UploadHandle<Uploaded = JsonObject> {
  readonly items: readonly UploadItem<Uploaded>[];
  /** Sends a file, as the body of a POST; gives what the server answers, or nothing where that failed (see `items`). */
  upload(file: File): Promise<Uploaded | undefined>;
  /** Takes a file off the list, and stops it where it is under way. */
  remove(id: string): void;
}

/** Uploads to an endpoint of the system's own. What is under way goes on when the component leaves. */
export function useUpload<Uploaded = JsonObject>(
  client: Pick<Client, "fetch">,
  { path = "/uploads" }: { readonly path?: string } = {},
): UploadHandle<Uploaded> {
  const [list, upload, remove] = useMemo(() => {
    const files = new List<UploadItem<Uploaded>>();
    return [
      files,
      // Loaded where it is needed: most pages upload nothing.
      async (file: File) => (await import("./upload.ts")).upload(client, path, randomId(), file, files),
      (id: string) => files.set(files.items.filter((item) => item.id !== id)),
    ] as const;
  }, [client, path]);
  return { items: useList(list), upload, remove };
}
