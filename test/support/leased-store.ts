import { memoryStore } from "../../src/store/memory.ts";
import type { Leases, Store, StreamHead } from "../../src/store.ts";

/** A memory store that several engines of a test share, and that goes by leases of `ms` (S13, S14). */
export function leasedStore(ms: number): Store {
  const store = memoryStore();
  const until = new Map<string, number>();
  const withLease = <Head extends StreamHead | undefined>(head: Head): Head =>
    head?.state === "running" ? { ...head, leaseUntil: until.get(head.streamId)! } : head;
  const isWriter = async (streamId: string, epoch: number): Promise<StreamHead | undefined> => {
    const head = await store.head(streamId);
    return head?.state === "running" && head.epochs.length === epoch ? head : undefined;
  };
  const leases: Leases = {
    ms,
    async renew(streamId, epoch, now) {
      const head = await isWriter(streamId, epoch);
      if (head === undefined) return undefined;
      until.set(streamId, now + ms);
      return { cancel: head.cancelRequested };
    },
    async release(streamId, epoch, now) {
      if ((await isWriter(streamId, epoch)) !== undefined) until.set(streamId, now);
    },
  };
  const leased: Partial<Store> = {
    leases,
    async open(stream, startJson) {
      const opened = await store.open(stream, startJson);
      if (opened.created) until.set(stream.streamId, stream.createdAt + ms);
      return { ...opened, head: withLease(opened.head) };
    },
    async append(appends) {
      const outcomes = await store.append(appends);
      for (const [index, { streamId, at }] of appends.entries()) {
        if (outcomes[index]!.outcome === "stored") until.set(streamId, at + ms);
      }
      return outcomes;
    },
    head: async (streamId) => withLease(await store.head(streamId)),
    find: async (scope, requestId) => withLease(await store.find(scope, requestId)),
    requestCancel: async (streamId) => withLease(await store.requestCancel(streamId)),
    async list(query) {
      const page = await store.list(query);
      return { ...page, heads: page.heads.map(withLease) };
    },
    async takeover(streamId, fromEpoch, now) {
      const term = await store.takeover(streamId, fromEpoch);
      if (term !== undefined && now !== undefined) until.set(streamId, now + ms);
      return term;
    },
    async abandoned(now) {
      const over = [...until].filter(([, end]) => end <= now).map(([streamId]) => store.head(streamId));
      return (await Promise.all(over)).flatMap((head) => (head?.state === "running" ? [withLease(head)] : []));
    },
  };
  return new Proxy(store, {
    get(target, name) {
      if (name in leased) return Reflect.get(leased, name) as unknown;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
