-- SPDX-License-Identifier: Apache-2.0
-- For wrk: posts the image named by the variable IMAGE.
local path = os.getenv("IMAGE")
local file = assert(io.open(path, "rb"))
wrk.method = "POST"
wrk.path = "/v1/classify?top=5"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = path:match("%.png$") and "image/png" or "image/jpeg"
file:close()

dofile(os.getenv("LOAD") .. "/report.lua")
