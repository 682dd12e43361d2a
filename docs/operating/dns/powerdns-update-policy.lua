-- PowerDNS, lua-dnsupdate-policy-script: updates (RFC 2136) may change TXT records at the challenge names only, each
-- zone with its own key. With a script, PowerDNS ignores allow-dnsupdate-from, ALLOW-DNSUPDATE-FROM and
-- TSIG-ALLOW-DNSUPDATE, so the script compares the key itself. PowerDNS has verified the signature before.
local keys = {
  ["example.com."] = newDN("perennial-example-com."),
}

function updatepolicy(input)
  local key = keys[string.lower(input:getZoneName():toString())]
  return key ~= nil
    and input:getTsigName() == key
    and input:getQType() == pdns.TXT
    and string.match(string.lower(input:getQName():toString()), "^_acme%-challenge%.") ~= nil
end
