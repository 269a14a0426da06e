/** What HAProxy 2.6 cannot do by itself: to wait. */
export const HAPROXY_LUA = `-- delay MS: a request waits.
core.register_action("delay", { "http-req" }, function(_, milliseconds)
  core.msleep(tonumber(milliseconds))
end, 1)

-- hold BACKEND MS: a request waits while no server of its backend is ready, but not longer than that.
core.register_action("hold", { "http-req" }, function(txn, backend, milliseconds)
  local waited = 0
  while txn.f:nbsrv(backend) == 0 and waited < tonumber(milliseconds) do
    core.msleep(20)
    waited = waited + 20
  end
end, 2)
`;
