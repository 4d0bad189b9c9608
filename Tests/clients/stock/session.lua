-- A whole session through Neovim's own vim.lsp.rpc.
--
-- Called as: VRXD=… REQUESTS=… nvim --headless -u NONE -l session.lua, or with -S for a Neovim before 0.9.
-- REQUESTS is a JSON file: an array of {method, params}; the string "$model" in params stands for the handle that
-- model/load answered. Writes the last result as JSON to the file ANSWER.

local patience = 300000 -- milliseconds

local function read(path)
  local file = assert(io.open(path))
  local text = file:read('*a')
  file:close()
  return text
end

local function fill(value, model)
  if value == '$model' then return model end
  if type(value) ~= 'table' or vim.tbl_isempty(value) then return value end
  local filled = {}
  for key, inner in pairs(value) do filled[key] = fill(inner, model) end
  return filled
end

local function main()
  local exit_code
  local client = vim.lsp.rpc.start(os.getenv('VRXD'), {}, {
    notification = function() end,
    on_exit = function(code) exit_code = code end,
  })
  assert(client, 'no daemon')

  local function request(method, params)
    local is_answered, error, result = false, nil, nil
    client.request(method, params, function(failure, answer)
      is_answered, error, result = true, failure, answer
    end)
    assert(vim.wait(patience, function() return is_answered end, 5), method .. ': no answer')
    assert(not error, method .. ': ' .. vim.inspect(error))
    return result
  end

  local model, result
  for _, step in ipairs(vim.json.decode(read(os.getenv('REQUESTS')))) do
    result = request(step.method, fill(step.params, model))
    if step.method == 'initialize' then client.notify('initialized', vim.empty_dict()) end
    if step.method == 'model/load' then model = result.model end
  end
  request('shutdown', nil)
  client.notify('exit', nil)
  vim.wait(5000, function() return exit_code ~= nil end, 5)
  local file = assert(io.open(os.getenv('ANSWER'), 'w'))
  file:write(vim.json.encode({ result = result, exitCode = exit_code }))
  file:close()
end

local is_fine, failure = pcall(main)
if not is_fine then io.stderr:write(tostring(failure) .. '\n') end
vim.cmd(is_fine and 'qall!' or 'cquit!')
