import type { Cluster, Redis } from "ioredis";

/**
 * The log of a stream as one Redis Stream, each event at the id `<epoch>-<seq>`, beside a hash for what is not an event.
 * The id of the last entry is the whole fence: the writer of an epoch may append seq n only after `<epoch>-<n - 1>`.
 * A takeover therefore writes an entry of its own, `<new epoch>-<seq of the last event>`, which is no event and takes no seq.
 */
export interface RedisLog {
  open(startJson: string, at: number): Promise<boolean>;
  append(append: RedisAppend): Promise<RedisAppended>;
  takeover(fromEpoch: number): Promise<{ epoch: number; seq: number } | undefined>;
  requestCancel(): Promise<boolean>;
  /** Events after the place of one that was seen; undefined where the log does not go on from there. */
  read(after?: Place): Promise<readonly PlacedEvent[] | undefined>;
  head(): Promise<{ epochs: readonly number[]; seq: number; state: string }>;
}

export interface Place {
  readonly epoch: number;
  readonly seq: number;
}

export interface PlacedEvent extends Place {
  readonly at: number;
  readonly json: string;
}

export interface RedisAppend extends Place {
  readonly at: number;
  readonly events: readonly string[];
  readonly end?: string;
}

export type RedisAppended = { readonly outcome: "stored"; readonly cancel: boolean } | { readonly outcome: "fenced" };

/** Both keys of a stream carry its id as their hash tag, so that a cluster keeps them on one node. */
export function keysOf(streamId: string): { readonly head: string; readonly log: string } {
  return { head: `sluice:{${streamId}}:head`, log: `sluice:{${streamId}}:log` };
}

const LAST_ID = `
local top = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
local last = top and top[1]`;

const OPEN = `
if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then return 0 end
redis.call('XADD', KEYS[2], '1-0', 'at', ARGV[1], 'json', ARGV[2])
redis.call('HSET', KEYS[1], 'state', 'running', 'epochs', '0')
return 1`;

// ARGV: epoch, seq before, seq first, seq last, at, end, events. All ids come ready from the caller: Lua writes big numbers as 1e+15.
const APPEND = `${LAST_ID}
local state, cancel = unpack(redis.call('HMGET', KEYS[1], 'state', 'cancel'))
local first = ARGV[1] .. '-' .. ARGV[3]
local ending = ARGV[6] == '' and 'running' or ARGV[6]
if last == ARGV[1] .. '-' .. ARGV[2] and state == 'running' then
  for i = 7, #ARGV do
    redis.call('XADD', KEYS[2], ARGV[1] .. '-' .. string.format('%.0f', ARGV[3] + i - 7), 'at', ARGV[5], 'json', ARGV[i])
  end
  redis.call('HSET', KEYS[1], 'state', ending)
  return {1, cancel}
end
if last ~= ARGV[1] .. '-' .. ARGV[4] or state ~= ending then return {0} end
local rows = redis.call('XRANGE', KEYS[2], first, '+')
if #rows ~= #ARGV - 6 then return {0} end
for i, row in ipairs(rows) do
  if row[2][4] ~= ARGV[i + 6] then return {0} end
end
return {1, cancel}`;

const TAKEOVER = `${LAST_ID}
if not last or redis.call('HGET', KEYS[1], 'state') ~= 'running' then return nil end
local epoch, seq = last:match('^(%d+)-(%d+)$')
if epoch ~= ARGV[1] then return nil end
redis.call('XADD', KEYS[2], ARGV[2] .. '-' .. seq, 'epoch', ARGV[2])
local begin = string.format('%.0f', seq + 1)
redis.call('HSET', KEYS[1], 'epochs', redis.call('HGET', KEYS[1], 'epochs') .. ',' .. begin)
return begin`;

const CANCEL = `
if redis.call('HGET', KEYS[1], 'state') ~= 'running' then return 0 end
redis.call('HSET', KEYS[1], 'cancel', 1)
return 1`;

type Entry = readonly [id: string, fields: readonly string[]];

/** The log of one stream on an ioredis client. */
export function redisLog(redis: Redis | Cluster, streamId: string): RedisLog {
  const { head, log } = keysOf(streamId);
  const run = (script: string, ...args: (string | number)[]) => redis.eval(script, 2, head, log, ...args);

  return {
    async open(startJson, at) {
      return (await run(OPEN, at, startJson)) === 1;
    },
    async append({ epoch, seq, at, events, end }) {
      const last = seq + events.length - 1;
      const answer = (await run(APPEND, epoch, seq - 1, seq, last, at, end ?? "", ...events)) as [
        number,
        string | null,
      ];
      return answer[0] === 1 ? { outcome: "stored", cancel: answer[1] === "1" } : { outcome: "fenced" };
    },
    async takeover(fromEpoch) {
      const begin = (await run(TAKEOVER, fromEpoch, fromEpoch + 1)) as string | null;
      return begin === null ? undefined : { epoch: fromEpoch + 1, seq: Number(begin) };
    },
    async requestCancel() {
      return (await run(CANCEL)) === 1;
    },
    async read(after) {
      const start = after === undefined ? "-" : `${after.epoch}-${after.seq}`;
      const entries = (await redis.xrange(log, start, "+")) as Entry[];
      return continued(entries.map(placed), after);
    },
    async head() {
      const [epochs, state] = await redis.hmget(head, "epochs", "state");
      const [top] = (await redis.xrevrange(log, "+", "-", "COUNT", 1)) as Entry[];
      return { epochs: epochs!.split(",").map(Number), seq: Number(top![0].split("-")[1]), state: state! };
    },
  };
}

function placed([id, fields]: Entry): PlacedEvent | Place {
  const [epoch, seq] = id.split("-").map(Number) as [number, number];
  return fields[0] === "epoch" ? { epoch, seq } : { epoch, seq, at: Number(fields[1]), json: fields[3]! };
}

/**
 * What follows `after`. The read began with the entry seen last: it must still be there, under the same id,
 * and every event after it must stand at the next seq; else the reader holds something that the log has lost.
 */
function continued(entries: readonly (PlacedEvent | Place)[], after: Place | undefined): PlacedEvent[] | undefined {
  const events = entries.filter((entry): entry is PlacedEvent => "json" in entry);
  if (after !== undefined) {
    const seen = events.shift();
    if (seen?.epoch !== after.epoch || seen.seq !== after.seq) return undefined;
  }
  const first = after === undefined ? 0 : after.seq + 1;
  return events.every((event, index) => event.seq === first + index) ? events : undefined;
}
