-- SPDX-License-Identifier: Apache-2.0
-- For wrk: prints throughput and latencies; answers other than 200 are counted.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init()
  other = 0
end

function response(status)
  if status ~= 200 then
    other = other + 1
  end
end

function done(summary, latency)
  local others = 0
  for _, thread in ipairs(threads) do
    others = others + thread:get("other")
  end
  io.write(string.format("%8.1f images/s  p50 %8.2f ms  p99 %8.2f ms  not 200: %d\n",
    (summary.requests - others) / summary.duration * 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, others))
end
