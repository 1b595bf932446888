-- SPDX-License-Identifier: Apache-2.0
-- For wrk: posts a tensor in the Open Inference Protocol's binary form; TENSOR names the model and the shape of one input, resnet18:3,224,224.
local model, shape = os.getenv("TENSOR"):match("(.*):(.*)")
local values = 1
for extent in shape:gmatch("%d+") do
  values = values * extent
end
local head = string.format(
  '{"inputs":[{"name":"input","datatype":"FP32","shape":[1,%s],"parameters":{"binary_data_size":%d}}],"parameters":{"binary_data_output":true}}',
  shape, 4 * values)
wrk.method = "POST"
wrk.path = "/v2/models/" .. model .. "/infer"
wrk.headers["Content-Type"] = "application/octet-stream"
wrk.headers["Inference-Header-Content-Length"] = tostring(#head)
wrk.body = head .. ("\0\0\128\62"):rep(values) -- 0.25

dofile(os.getenv("LOAD") .. "/report.lua")
