// Holds custom resources against the schemas of their kinds: `node custom_resources.mjs NODE_MODULES < objects.json`
// prints a list of complaints. Those schemas let unknown fields pass, as a cluster drops them; here each field that
// the schema never asks for is a complaint too.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const PACKAGES = {
  "gateway.networking.k8s.io": "gateway-api",
  "keda.sh": "keda",
  "monitoring.coreos.com": "prometheus-operator",
};

/** A view of `value` that notes in `unread` which fields nobody has read. */
function watched(value, path, unread) {
  if (value === null || typeof value !== "object") return value;
  const views = {};
  for (const key of Object.keys(value)) {
    unread.add(`${path}/${key}`);
    views[key] = watched(value[key], `${path}/${key}`, unread);
  }
  return new Proxy(Array.isArray(value) ? Object.values(views) : views, {
    get(target, key, receiver) {
      unread.delete(`${path}/${String(key)}`);
      return Reflect.get(target, key, receiver);
    },
  });
}

async function complaints(object) {
  const [group, version] = object.apiVersion.split("/");
  const folder = join(process.argv[2], "@kubernetes-models", PACKAGES[group]);
  const kind = readFileSync(join(folder, group, version, `${object.kind}.js`), "utf8");
  const schema = join(folder, kind.match(/_schemas\/\w+\.js/)[0]);
  const { validate } = await import(pathToFileURL(schema));
  const unread = new Set();
  validate(watched(object, "", unread));
  const wrong = (validate.errors ?? []).map(({ instancePath, message, keyword }) => `${instancePath} ${message ?? keyword}`);
  const unknown = [...unread].map((path) => `${path} is in no schema`);
  return [...wrong, ...unknown].map((what) => `${object.kind} ${object.metadata.name}: ${what}`);
}

const objects = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify((await Promise.all(objects.map(complaints))).flat()));
