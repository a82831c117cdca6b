// Tables that other programs write in bytes: NumPy arrays, Arrow IPC, Excel workbooks. Half of the inputs are sound, the others damaged; of archives also what is inside.
import * as arrow from "apache-arrow";
import { zipSync } from "fflate";
import { readTable } from "../../dist/node/read/read-table.js";
import { mutateOften, pick } from "../mutate.mjs";

const bytesOf = (array) => Buffer.from(array.buffer);
/** Damaged now and then; an archive is damaged in what it holds or as a whole. */
const maybe = (bytes, rng, often = 2) => (rng.integer(often) === 0 ? mutateOften(bytes, rng) : bytes);

function npy(rng, descr, shape, values) {
  const words = `{'descr': '${descr}', 'fortran_order': ${pick(rng, ["False", "False", "True"])}, 'shape': (${shape.join(", ")},), }`;
  const header = Buffer.from(`${words.padEnd(115)}\n`);
  const version = pick(rng, [1, 1, 1, 2, 3]);
  const head = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, header.length, 0, ...(version === 1 ? [] : [0, 0])]);
  return Buffer.concat([head, header, values]);
}

function arrays(rng) {
  const rows = 8 + rng.integer(30);
  const cols = 1 + rng.integer(4);
  const [descr, make] = pick(rng, [
    ["<f8", Float64Array],
    ["<f4", Float32Array],
    ["<i2", Int16Array],
    ["|u1", Uint8Array],
    ["<i8", BigInt64Array],
    ["<f2", Uint16Array],
    ["<U2", Uint32Array],
    ["<c16", Float64Array],
  ]);
  const shape = rng.integer(8) === 0 ? [rows] : [rows, cols];
  const values = make.from({ length: shape.reduce((a, b) => a * b, descr === "<U2" ? 2 : 1) }, () =>
    make === BigInt64Array ? BigInt(rng.integer(200)) : rng.integer(200),
  );
  const x = npy(rng, descr, shape, bytesOf(values));
  const y = npy(rng, "|u1", [rows], bytesOf(Uint8Array.from({ length: rows }, () => rng.integer(3))));
  if (rng.integer(4) === 0) return { bytes: x, ending: "npy" };
  const archive = zipSync({
    "x.npy": maybe(x, rng, 4),
    [pick(rng, ["y.npy", "labels.npy", "Y.npy", "y_train.npy", "z.npy"])]: maybe(y, rng, 4),
  });
  return { bytes: Buffer.from(archive), ending: "npz" };
}

function ipc(rng) {
  const rows = rng.integer(9) === 0 ? rng.integer(3) : 8 + rng.integer(30);
  const each = (of) => Array.from({ length: rows }, of);
  const gap = (value) => (rng.integer(9) === 0 ? null : value);
  const kinds = [
    () =>
      arrow.vectorFromArray(
        each(() => gap(rng.normal())),
        new arrow.Float64(),
      ),
    () =>
      arrow.vectorFromArray(
        each(() => gap(rng.integer(9))),
        new arrow.Int32(),
      ),
    () =>
      arrow.vectorFromArray(
        each(() => gap(BigInt(rng.integer(9)))),
        new arrow.Int64(),
      ),
    () =>
      arrow.vectorFromArray(
        each(() => gap(pick(rng, ["a", "手机", "", "x y"]))),
        new arrow.Utf8(),
      ),
    () =>
      arrow.vectorFromArray(
        each(() => gap(pick(rng, ["a", "b"]))),
        new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8()),
      ),
    () =>
      arrow.vectorFromArray(
        each(() => [1, rng.normal()]),
        new arrow.List(new arrow.Field("item", new arrow.Float64())),
      ),
    () =>
      arrow.vectorFromArray(
        each(() => gap(new Date(rng.integer(1e9) * 1000))),
        new arrow.TimestampMillisecond(),
      ),
    () =>
      arrow.vectorFromArray(
        each(() => gap(rng.integer(2) === 0)),
        new arrow.Bool(),
      ),
  ];
  const columns = Object.fromEntries(Array.from({ length: 1 + rng.integer(4) }, (_, j) => [`c${j}`, pick(rng, kinds)()]));
  const label = arrow.vectorFromArray(
    each(() => pick(rng, ["pos", "neg"])),
    new arrow.Utf8(),
  );
  const bytes = arrow.tableToIPC(new arrow.Table({ ...columns, label }), pick(rng, ["file", "stream"]));
  return { bytes: Buffer.from(bytes), ending: pick(rng, ["arrow", "feather"]) };
}

function workbook(rng) {
  const rows = rng.integer(6) === 0 ? rng.integer(4) : 8 + rng.integer(30);
  const cell = (at) =>
    pick(rng, [
      () => `<c r="${at}"><v>${rng.normal().toFixed(3)}</v></c>`,
      () => `<c r="${at}" t="inlineStr"><is><t>${pick(rng, ["pos", "neg", "x &amp; y", "手机", ""])}</t></is></c>`,
      () => `<c r="${at}" t="s"><v>${rng.integer(3)}</v></c>`,
      () => `<c r="${at}" s="1"><v>${45000 + rng.integer(900)}</v></c>`,
      () => `<c r="${at}" t="b"><v>${rng.integer(2)}</v></c>`,
      () => `<c r="${at}" t="e"><v>#N/A</v></c>`,
      () => "",
    ])();
  const cols = 1 + rng.integer(4);
  const letters = "ABCDE".slice(0, cols + 1);
  const label = (at) => `<c r="${at}" t="inlineStr"><is><t>${pick(rng, ["pos", "neg"])}</t></is></c>`;
  const line = (r) => `<row r="${r}">${[...letters].map((letter) => (letter === "A" ? label : cell)(`${letter}${r}`)).join("")}</row>`;
  const header = `<row r="1">${[...letters].map((letter) => `<c r="${letter}1" t="inlineStr"><is><t>${letter === "A" ? "label" : letter}</t></is></c>`).join("")}</row>`;
  const sheet = `<worksheet><sheetData>${header}${Array.from({ length: rows }, (_, i) => line(i + 2)).join("")}</sheetData></worksheet>`;
  const files = {
    "[Content_Types].xml": "<Types/>",
    "xl/workbook.xml": `<workbook><sheets><sheet name="one" sheetId="1" r:id="r1"/>${rng.integer(4) === 0 ? '<sheet name="two" sheetId="2" r:id="r1"/>' : ""}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels":
      '<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/styles.xml": '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    "xl/sharedStrings.xml": "<sst><si><t>pos</t></si><si><t>neg</t></si><si><r><t>a</t></r></si></sst>",
    "xl/worksheets/sheet1.xml": sheet,
  };
  const isDamaged = rng.integer(2) === 0;
  const inside = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, isDamaged ? maybe(Buffer.from(text), rng, 5) : Buffer.from(text)]),
  );
  return { bytes: Buffer.from(zipSync(inside)), ending: pick(rng, ["xlsx", "xlsm"]) };
}

function target(id, share, make) {
  return {
    id,
    share,
    make(rng) {
      const { bytes, ending } = make(rng);
      return { name: `data.${ending}`, bytes: maybe(bytes, rng) };
    },
    async run({ name, bytes }, place) {
      await readTable({ data: place.write(name, bytes), labels: [], text: [], features: [], drop: [], memoryLimitBytes: 2 ** 28 });
    },
  };
}

export const targets = [target("npy", 6, arrays), target("arrow", 3, ipc), target("xlsx", 3, workbook)];
