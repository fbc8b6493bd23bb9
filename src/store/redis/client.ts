import { Cluster, Redis, type RedisOptions } from "ioredis";

/** A command of a connection that brings nothing for so long has failed. */
const ANSWER_MS = 1000;
/** The longest pause between two tries to connect. */
const PAUSE_MS = 500;
/** How often a cluster is asked which node has which slots. */
const SLOTS_MS = 2000;
const DEFAULT_PORT = 6379;

/** The commands and options in use, by the version that brought the last of them (EXPIRE's GT and NX). */
const OLDEST = 7;
const NEEDED: readonly string[] = ["EVALSHA", "XADD", "XRANGE", "HSET", "ZADD", "ZRANGE", "PEXPIRE", "UNLINK"];

/**
 * How a connection behaves in trouble. Nothing waits for one that is away: its commands fail at once, those that it has not answered
 * fail when it breaks or says nothing for a second, and none is asked again by itself, since who asked knows better what was meant.
 */
const CONNECTION = {
  enableAutoPipelining: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: ANSWER_MS,
  socketTimeout: ANSWER_MS,
  keepAlive: 10_000,
  retryStrategy: (times: number) => Math.min(PAUSE_MS, 25 * 2 ** Math.min(times, 10)) * (0.5 + Math.random() / 2),
  // After a failover the connection leads to what is a replica now.
  reconnectOnError: ({ message }: Error) => (message.startsWith("READONLY") ? 1 : false),
} satisfies RedisOptions;

/** Connects; an Error says in one sentence where Redis cannot be reached, or is not what is needed. */
export async function connect(url: string, isCluster: boolean): Promise<Redis | Cluster> {
  // What a URL cannot be read as is not told: there may be a password in it.
  if (!URL.canParse(url))
    throw new Error("The URL of Redis is not one, like redis://127.0.0.1:6379; escape what its password holds.");
  const client = isCluster ? clusterAt(new URL(url)) : new Redis(url, { ...CONNECTION, lazyConnect: true });
  let reason: Error | undefined;
  client.on("error", (error: Error) => (reason = error));
  try {
    await client.connect();
    await assertFit(client);
    return client;
  } catch (error) {
    client.disconnect();
    const why = reason ?? (error as Error);
    // The address is all that is told of it: there may be a password.
    throw new Error(`Redis at ${new URL(url).host} cannot be used: ${textOf(why)}.`, { cause: error });
  }
}

/** A cluster by one of its nodes. It follows a slot to where that has moved, and asks nothing again otherwise. */
function clusterAt({ protocol, hostname, port, username, password }: URL): Cluster {
  const { retryStrategy, ...connection } = CONNECTION;
  return new Cluster([{ host: hostname, port: Number(port || DEFAULT_PORT) }], {
    lazyConnect: true,
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    clusterRetryStrategy: retryStrategy,
    // A node that was away is the same node, and what was moved is looked up also where no single command was told so.
    clusterNodeRetryStrategy: retryStrategy,
    slotsRefreshInterval: SLOTS_MS,
    redisOptions: {
      ...connection,
      ...(username !== "" && { username: decodeURIComponent(username) }),
      ...(password !== "" && { password: decodeURIComponent(password) }),
      ...(protocol === "rediss:" && { tls: {} }),
    },
  });
}

/** A second connection like `client`'s, whose commands wait until it is made. */
export function secondOf(client: Redis | Cluster): Redis | Cluster {
  const patient = { enableOfflineQueue: true, enableAutoPipelining: false };
  const second = client instanceof Cluster ? client.duplicate([], patient) : client.duplicate(patient);
  second.on("error", () => {});
  return second;
}

/** Refuses a Redis that lacks what the scripts need. */
export async function assertFit(client: Redis | Cluster): Promise<void> {
  const version = /^redis_version:(\S+)/m.exec(await client.info("server"))?.[1] ?? "unknown";
  if (!(Number.parseInt(version, 10) >= OLDEST)) {
    throw new Error(`its version is ${version}, and ${OLDEST}.0 is the oldest that will do`);
  }
  const known = (await client.call("COMMAND", "INFO", ...NEEDED)) as readonly unknown[];
  const missing = NEEDED.filter((_, index) => known[index] === null);
  if (missing.length > 0) throw new Error(`it does not know ${missing.join(", ")}`);
}

/** What this Redis does when its memory is full; `noeviction` is the only thing that keeps streams whole. */
export async function evictionOf(client: Redis | Cluster): Promise<string> {
  return /^maxmemory_policy:(\S+)/m.exec(await client.info("memory"))?.[1] ?? "unknown";
}

function textOf(error: Error): string {
  // Several addresses were tried, each for its own reason; of a cluster the last one is told.
  const { errors, lastNodeError } = error as AggregateError & { readonly lastNodeError?: Error };
  if (lastNodeError !== undefined) return textOf(lastNodeError);
  return errors?.length > 0 ? errors.map(({ message }: Error) => message).join(", ") : error.message;
}
