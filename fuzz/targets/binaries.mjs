// Files with a structure of bytes: Parquet, IDX, PNG and JPEG.
import { DuckDBInstance } from "@duckdb/node-api";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { readTable } from "../../dist/node/read/read-table.js";
import { mutateOften, pick } from "../mutate.mjs";

const request = { labels: [], text: [], features: [], drop: [], memoryLimitBytes: 2 ** 28 };

async function prepareParquet(folder) {
  mkdirSync(join(folder, "parquet"), { recursive: true });
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const selects = [
    "i % 7 AS x, CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END AS label",
    "i::BIGINT + 9007199254740990 AS account, [i * 0.5, 1.0]::DOUBLE[] AS embedding, i % 3 AS label, DATE '2026-01-01' + i::INTEGER AS day",
    "NULL::INTEGER AS gone, i::DECIMAL(20, 3) AS money, {'a': i} AS nested, 'text ' || i AS text, i / 3.0 AS label",
  ];
  for (const [k, select] of selects.entries())
    for (const compression of ["uncompressed", "snappy", "zstd"])
      await connection.run(
        `COPY (SELECT ${select} FROM range(40) t(i)) TO '${join(folder, "parquet", `${k}-${compression}.parquet`)}' (FORMAT parquet, COMPRESSION ${compression})`,
      );
  connection.closeSync();
}

async function prepareImages(folder) {
  mkdirSync(join(folder, "images"), { recursive: true });
  for (const channels of [1, 3, 4])
    for (const format of ["png", "jpeg"])
      await sharp(Buffer.from(Array.from({ length: 48 * channels }, (_, p) => (p * 37) % 256)), { raw: { width: 8, height: 6, channels } })
        .toFormat(format)
        .toFile(join(folder, "images", `${channels}.${format}`));
}

function idx(rng) {
  const type = pick(rng, [8, 9, 11, 12, 13, 14]);
  const width = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 }[type];
  const shape = pick(rng, [[12, 2, 2], [12, 3], [12]]);
  const bytes = Buffer.alloc(4 + 4 * shape.length + width * shape.reduce((a, b) => a * b, 1));
  bytes[2] = type;
  bytes[3] = shape.length;
  shape.forEach((side, d) => bytes.writeUInt32BE(side, 4 + 4 * d));
  for (let at = 4 + 4 * shape.length; at < bytes.length; at++) bytes[at] = rng.integer(256);
  return bytes;
}

const all = (folder) => readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));

export const targets = [
  {
    id: "parquet",
    share: 4,
    prepare: prepareParquet,
    load: (folder) => all(join(folder, "parquet")),
    make: (rng, files) => ({ name: "data.parquet", bytes: mutateOften(pick(rng, files).bytes, rng, 2) }),
    async run({ name, bytes }, place) {
      await readTable({ ...request, data: place.write(name, bytes) });
    },
  },
  {
    id: "idx",
    share: 10,
    make(rng) {
      const labels = Buffer.concat([Buffer.from([0, 0, 8, 1, 0, 0, 0, 12]), Buffer.from([0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0])]);
      return {
        images: rng.integer(3) === 0 ? idx(rng) : mutateOften(idx(rng), rng),
        labels: rng.integer(3) === 0 ? mutateOften(labels, rng) : labels,
      };
    },
    async run({ images, labels }, place) {
      place.write("t-labels-idx1-ubyte", labels);
      await readTable({ ...request, data: place.write("t-images-idx3-ubyte", images) });
    },
  },
  {
    id: "images",
    share: 1.5,
    prepare: prepareImages,
    load: (folder) => all(join(folder, "images")),
    make(rng, files) {
      const damaged = rng.integer(3) === 0 ? -1 : rng.integer(12);
      const top = pick(rng, ["", "", "train"]);
      return Array.from({ length: 12 }, (_, i) => {
        const { name, bytes } = pick(rng, files);
        return {
          name: join(rng.integer(40) === 0 ? "test" : top, i % 2 === 0 ? "cat" : "dog", `${i}${name.slice(1)}`),
          bytes: i === damaged ? mutateOften(bytes, rng) : bytes,
        };
      });
    },
    async run(files, place) {
      for (const { name, bytes } of files) place.write(join("set", name), bytes);
      await readTable({ ...request, data: join(place.folder, "set"), imageSize: "8x6" });
    },
  },
];
