/**
 * The scripts, each on the keys of one hash slot. A stream is a Redis Stream whose entry ids are the offsets, `<epoch>-<seq>`, with
 * the fields `t` (commit time) and `d` (JSON); beside it stands a hash, its head. The id of the last entry is the fence: the writer of
 * an epoch may append seq n only after `<epoch>-<n - 1>`. So a takeover writes an entry of its own, `<new epoch>-<seq of the last event>`,
 * which is no event and takes no seq. Ids come ready made where they can: Lua writes big numbers as 1e+15.
 */
export interface Script {
  readonly keys: number;
  readonly lua: string;
}

/** Runs also where Redis has no memory left: what gives some back, and what keeps a writer alive meanwhile. */
const ALWAYS = "#!lua flags=allow-oom\n";

const LAST_ID = `
local top = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
local last = top and top[1]`;

/** Whatever nobody sweeps goes by itself, at the latest. */
const KEEP = `
local function keep(ms)
  redis.call('PEXPIRE', KEYS[1], ms)
  redis.call('PEXPIRE', KEYS[2], ms)
end`;

/** Sets that many streams share last as long as the longest of them. */
const OUTLAST = `
local function outlast(key, ms)
  redis.call('PEXPIRE', key, ms, 'NX')
  redis.call('PEXPIRE', key, ms, 'GT')
end`;

/** KEYS: head, log. ARGV: claim, keep, at, JSON of the first event, fields of the head. Gives 1, or 0 where the stream is there already. */
const create: Script = {
  keys: 2,
  lua: `${KEEP}
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('DEL', KEYS[2])
redis.call('XADD', KEYS[2], '1-0', 't', ARGV[3], 'd', ARGV[4])
redis.call('HSET', KEYS[1], 'claim', ARGV[1], 'keep', ARGV[2], unpack(ARGV, 5))
keep(ARGV[2])
return 1`,
};

/**
 * KEYS: head, log. ARGV: id before the first, id of the last, epoch, seq of the first, seq of the last, at, lease, state, events.
 * Gives -1 where it is fenced, else whether a cancel was asked for: 0 or 1.
 */
const append: Script = {
  keys: 2,
  lua: `${LAST_ID}
local known = redis.call('HMGET', KEYS[1], 'state', 'cancel')
local cancel = known[2] and 1 or 0
if last == ARGV[1] and known[1] == 'running' then
  if #ARGV == 9 then
    redis.call('XADD', KEYS[2], ARGV[2], 't', ARGV[6], 'd', ARGV[9])
  else
    for i = 9, #ARGV do
      local id = ARGV[3] .. '-' .. string.format('%.0f', ARGV[4] + i - 9)
      redis.call('XADD', KEYS[2], id, 't', ARGV[6], 'd', ARGV[i])
    end
  end
  redis.call('HSET', KEYS[1], 'seq', ARGV[5], 'lease', ARGV[7])
  if ARGV[8] ~= 'running' then
    redis.call('HSET', KEYS[1], 'state', ARGV[8], 'endedAt', ARGV[6])
    redis.call('HDEL', KEYS[1], 'cancel', 'lease')
  end
  if ARGV[8] ~= 'running' or ARGV[4] % 256 == 0 then
    local ms = redis.call('HGET', KEYS[1], 'keep')
    redis.call('PEXPIRE', KEYS[1], ms)
    redis.call('PEXPIRE', KEYS[2], ms)
  end
  return cancel
end
if last ~= ARGV[2] or #ARGV < 9 then return -1 end
local rows = redis.call('XRANGE', KEYS[2], ARGV[3] .. '-' .. ARGV[4], '+')
if #rows ~= #ARGV - 8 then return -1 end
for i, row in ipairs(rows) do
  if row[2][4] ~= ARGV[i + 8] then return -1 end
end
return cancel`,
};

/** KEYS: head, log. ARGV: present epoch, next epoch, lease or nothing. Gives the seq at which it begins, nil where it is refused. */
const takeover: Script = {
  keys: 2,
  lua: `${LAST_ID}${KEEP}
local known = redis.call('HMGET', KEYS[1], 'state', 'epochs', 'keep')
if known[1] ~= 'running' then return nil end
if not last then
  if ARGV[4] ~= '' then
    redis.call('HSET', KEYS[1], 'state', 'error', 'gone', 1, 'endedAt', ARGV[4], 'forgetAt', ARGV[5])
    redis.call('HDEL', KEYS[1], 'lease', 'cancel')
  end
  return nil
end
local epoch, seq = last:match('^(%d+)-(%d+)$')
if epoch ~= ARGV[1] then return nil end
redis.call('XADD', KEYS[2], ARGV[2] .. '-' .. seq, 'e', ARGV[2])
local begin = string.format('%.0f', seq + 1)
redis.call('HSET', KEYS[1], 'epoch', ARGV[2], 'epochs', known[2] .. ',' .. begin, 'seq', seq)
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'lease', ARGV[3]) end
keep(known[3])
return begin`,
};

/** KEYS: head, log. ARGV: epoch, lease. Gives whether a cancel was asked for, nil where that epoch's writer is not the stream's. */
const renew: Script = {
  keys: 2,
  lua: `${ALWAYS}${KEEP}
local known = redis.call('HMGET', KEYS[1], 'state', 'epoch', 'cancel', 'keep')
if known[1] ~= 'running' or known[2] ~= ARGV[1] then return nil end
redis.call('HSET', KEYS[1], 'lease', ARGV[2])
keep(known[4])
return known[3] and 1 or 0`,
};

/** KEYS: head. Gives the head. */
const cancel: Script = {
  keys: 1,
  lua: `${ALWAYS}
if redis.call('HGET', KEYS[1], 'state') == 'running' then redis.call('HSET', KEYS[1], 'cancel', 1) end
return redis.call('HGETALL', KEYS[1])`,
};

/** KEYS: head, log. ARGV: when it is to be forgotten. Gives the head; one that runs stays as it is. */
const erase: Script = {
  keys: 2,
  lua: `${ALWAYS}
local known = redis.call('HMGET', KEYS[1], 'state', 'gone', 'endedAt')
if known[1] and known[1] ~= 'running' and not known[2] then
  redis.call('HSET', KEYS[1], 'gone', 1, 'forgetAt', ARGV[1])
  redis.call('UNLINK', KEYS[2])
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(0, ARGV[1] - known[3]) + 86400000))
end
return redis.call('HGETALL', KEYS[1])`,
};

/** KEYS: head, log. */
const forget: Script = {
  keys: 2,
  lua: `${ALWAYS}
if redis.call('HEXISTS', KEYS[1], 'gone') == 1 then redis.call('UNLINK', KEYS[1], KEYS[2]) end`,
};

/**
 * KEYS: request, list of all, list of the running. ARGV: claim, claim of a stream that is gone or nothing, opening, createdAt, keep, place.
 * Gives 1 and whether the request was cancelled, or 0 and whose it is.
 */
const claim: Script = {
  keys: 3,
  lua: `${OUTLAST}
local known = redis.call('HMGET', KEYS[1], 'claim', 'opening', 'cancelled', 'until')
if known[1] and known[1] ~= ARGV[2] then return {0, known[1], known[2], known[3]} end
-- What was cancelled before the former stream came is not told again.
if known[1] then redis.call('DEL', KEYS[1]) end
local cancelled = not known[1] and known[4] and tonumber(known[4]) > tonumber(ARGV[4])
redis.call('HSET', KEYS[1], 'claim', ARGV[1], 'opening', ARGV[3])
if cancelled then redis.call('HSET', KEYS[1], 'cancelled', 1) end
redis.call('PEXPIRE', KEYS[1], ARGV[5])
for i = 2, 3 do
  redis.call('ZADD', KEYS[i], 0, ARGV[6])
  outlast(KEYS[i], ARGV[5])
end
return {1, cancelled and 1 or 0}`,
};

/** KEYS: list of all, list of the running. ARGV: place, keep. */
const enlist: Script = {
  keys: 2,
  lua: `${OUTLAST}
for i = 1, 2 do
  redis.call('ZADD', KEYS[i], 0, ARGV[1])
  outlast(KEYS[i], ARGV[2])
end`,
};

/** KEYS: request. ARGV: claim. The request waits again, and its early cancel too. */
const unclaim: Script = {
  keys: 1,
  lua: `${ALWAYS}
if redis.call('HGET', KEYS[1], 'claim') ~= ARGV[1] then return end
redis.call('HDEL', KEYS[1], 'claim', 'opening', 'cancelled')`,
};

/** KEYS: request, list of all, list of the running. ARGV: claim, place. The stream is gone: its request id is free, and it is in no list. */
const free: Script = {
  keys: 3,
  lua: `${ALWAYS}
if redis.call('HGET', KEYS[1], 'claim') == ARGV[1] then redis.call('DEL', KEYS[1]) end
redis.call('ZREM', KEYS[2], ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[2])`,
};

/** KEYS: request. ARGV: until, keep. Gives whose the request is, where it has come. */
const remember: Script = {
  keys: 1,
  lua: `
local known = redis.call('HMGET', KEYS[1], 'claim', 'opening', 'cancelled')
if known[1] then return known end
redis.call('HSET', KEYS[1], 'until', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return nil`,
};

/** KEYS: what is due. ARGV: time, stream id, keep. The earlier of two times stands. */
const due: Script = {
  keys: 1,
  lua: `${ALWAYS}${OUTLAST}
redis.call('ZADD', KEYS[1], 'LT', ARGV[1], ARGV[2])
outlast(KEYS[1], ARGV[3])`,
};

type ScriptName =
  | "create"
  | "append"
  | "takeover"
  | "renew"
  | "cancel"
  | "erase"
  | "forget"
  | "claim"
  | "enlist"
  | "unclaim"
  | "free"
  | "remember"
  | "due"
  | "move";

/** KEYS: what is due. ARGV: the time as it was read, the next one, stream id. Who gave it another meanwhile knows more. */
const move: Script = {
  keys: 1,
  lua: `
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[3]) or '') == tonumber(ARGV[1]) then
  redis.call('ZADD', KEYS[1], 'XX', ARGV[2], ARGV[3])
end`,
};

export const SCRIPTS: Readonly<Record<ScriptName, Script>> = {
  create,
  append,
  takeover,
  renew,
  cancel,
  erase,
  forget,
  claim,
  enlist,
  unclaim,
  free,
  remember,
  due,
  move,
};
