-- For wrk: one request over and over, or numbered ones, and a look at every answer.
-- Arguments: file with the request (method, path and body on lines of their own; {n} is a number),
-- file with what every answer must begin with, its least length, the status.
-- What `done` asks a thread for must be global.
wrong_answers, first_wrong = 0, "-"
local sent, threads = 0, {}
local method, path, body, head, least, status

local function read(name)
  local file = assert(io.open(name, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  method, path, body = read(args[1]):match("^(%u+)\n([^\n]+)\n(.*)$")
  head, least, status = read(args[2]), tonumber(args[3]), tonumber(args[4])
  if body == "" then body = nil end
end

function request()
  if not body then return wrk.format(method, path) end
  sent = sent + 1
  return wrk.format(method, path, nil, (body:gsub("{n}", tostring(sent))))
end

function response(code, _, text)
  if code ~= status or #text < least or text:sub(1, #head) ~= head then
    wrong_answers = wrong_answers + 1
    if first_wrong == "-" then first_wrong = code .. " " .. text:sub(1, 300) end
  end
end

function done(summary, latency)
  local bad = 0
  for _, thread in ipairs(threads) do
    bad = bad + thread:get("wrong_answers")
    if thread:get("first_wrong") ~= "-" then io.write("WRONG ", thread:get("first_wrong"), "\n") end
  end
  local e = summary.errors
  io.write(string.format("RESULT requests=%d microseconds=%d wrong=%d errors=%d p50=%d p99=%d\n", summary.requests,
    summary.duration, bad, e.connect + e.read + e.write + e.timeout, latency:percentile(50), latency:percentile(99)))
end
