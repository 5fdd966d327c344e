-- One exchange of a desk with all others of its client: what it holds, what it
-- wants, and what Bigin answered it, for turns and what is known of the others.
--
-- KEYS: desks, limit, calls, credits
-- ARGV: desk, most at once, held, wanted or -1 of a desk that leaves, begun,
--       succeeded, Retry-After in milliseconds or -1 where nothing was answered
--       429, credits or ""
local desks, state, calls, credits = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local me = ARGV[1]
local max, held, want = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local begun, succeeded, retry = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local DEAD, GONE = 5000, 300 -- ms: a desk loses its turns, or its place in the line
local FIRST, LONGEST, FORGIVE, PROBE = 250, 30000, 60000, 200 -- as the limiter of a client has them

-- What Bigin allows at once, found as a client finds it alone.
local s = {}
for _, f in ipairs({'limit', 'failed', 'failedAt', 'streak', 'resume', 'pause'}) do
  s[f] = tonumber(redis.call('HGET', state, f))
end
local limit = math.max(1, math.min(s.limit or max, max))
local resume, pause = math.min(s.resume or 0, now + LONGEST), math.min(s.pause or 0, LONGEST)
if succeeded > 0 then
  local streak, failed = (s.streak or 0) + succeeded, s.failed or (max + 1)
  local need = limit
  if limit + 1 >= failed and now - (s.failedAt or 0) < FORGIVE then need = PROBE end
  if limit < max and streak >= need then
    limit = limit + 1
    failed = math.max(failed, limit + 1)
    streak = 0
  end
  pause = 0
  redis.call('HSET', state, 'limit', limit, 'failed', failed, 'streak', streak, 'pause', pause)
end
if retry >= 0 and not (now < resume and retry <= resume - now) then
  if now >= resume then
    redis.call('HSET', state, 'failed', limit, 'failedAt', now, 'streak', 0)
    limit = math.max(1, math.floor(limit / 2))
    pause = math.min(math.max(FIRST, 2 * pause), LONGEST)
  end
  resume = now + math.min(math.max(retry, pause), LONGEST)
  redis.call('HSET', state, 'limit', limit, 'resume', resume, 'pause', pause)
end
redis.call('PEXPIRE', state, 3600000)

-- Who has turns, and who waits for one longer than this desk does.
local busy, ahead, waiting, alive, since = held, 0, 0, 1, now
local all = redis.call('HGETALL', desks)
local others = {}
for i = 1, #all, 2 do
  local h, w, from, seen = string.match(all[i + 1], '^(%d+) (%d+) (%d+) (%d+)$')
  h, w, from, seen = tonumber(h), tonumber(w), tonumber(from), tonumber(seen)
  if all[i] == me then
    if w and w > 0 then since = from end
  elseif not seen or math.abs(now - seen) > DEAD then
    redis.call('HDEL', desks, all[i])
  else
    alive = alive + 1
    busy = busy + h
    if w > 0 and now - seen < GONE then others[#others + 1] = from end
  end
end
for _, from in ipairs(others) do
  waiting = waiting + 1
  if from < since then ahead = ahead + 1 end
end
local granted = 0
if now >= resume then
  granted = math.min(want, limit - busy - ahead)
  if waiting > 0 then -- nobody has more than a fair share while others wait
    granted = math.min(granted, math.max(1, math.ceil(limit / (waiting + 1))) - held)
  end
  granted = math.max(0, granted)
end
if granted > 0 then since = now end
if want < 0 then
  redis.call('HDEL', desks, me)
else
  redis.call('HSET', desks, me, string.format('%d %d %d %d', held + granted, want - granted, since, now))
end
redis.call('PEXPIRE', desks, 3600000)

-- Calls of the last 24 hours, by the hour.
local hour, day = math.floor(now / 3600000), 0
if begun > 0 then
  redis.call('HINCRBY', calls, hour, begun)
  redis.call('PEXPIRE', calls, 90000000)
end
local hours = redis.call('HGETALL', calls)
for i = 1, #hours, 2 do
  if tonumber(hours[i]) and hour - tonumber(hours[i]) < 24 then
    day = day + tonumber(hours[i + 1])
  else
    redis.call('HDEL', calls, hours[i])
  end
end

if ARGV[8] ~= '' then redis.call('SET', credits, ARGV[8], 'PX', 3600000) end
return {granted, busy - held, math.max(0, resume - now), limit, alive, day, redis.call('GET', credits) or ''}
