-- What a value is in the schemas of a CustomResourceDefinition: nil (in none), "schema", "map" of schemas, or the author's "json".
function facts.schema_part(where)
  local names = {}
  while where do
    table.insert(names, 1, where.name)
    where = where.up
  end
  local part
  for _, name in ipairs(names) do
    if part == nil then
      if name == facts.schema_root then part = "schema" end
    elseif part == "map" then
      part = "schema"
    elseif part == "schema" then
      part = facts.schema_maps[name] and "map" or facts.schema_values[name] and "json" or part
    end
  end
  return part
end
