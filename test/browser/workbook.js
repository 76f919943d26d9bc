// A workbook as a spreadsheet program treats it: opened, cells read and changed, saved. What is not changed stays, byte for byte.
"use strict";
const zlib = require("zlib");

const LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50;
const SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
const SHEET_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
        for (let k = 0; k < 8; k++)
                n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
        return n >>> 0;
});
const crc32 = (bytes) => (bytes.reduce((crc, byte) => CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

// Parts by name, by way of the directory at the end.
function unzip(bytes) {
        const parts = new Map(), end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
        let at = bytes.readUInt32LE(end + 16);
        for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
                const size = bytes.readUInt32LE(at + 20), name = bytes.readUInt16LE(at + 28), local = bytes.readUInt32LE(at + 42);
                const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
                const raw = bytes.subarray(from, from + size);
                parts.set(bytes.toString("utf8", at + 46, at + 46 + name), bytes.readUInt16LE(at + 10) ? zlib.inflateRawSync(raw) : raw);
                at += 46 + name + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
        }
        return parts;
}

// [size of the field, value] in turn
function record(...fields) {
        const bytes = Buffer.alloc(fields.reduce((sum, [size]) => sum + size, 0));
        fields.reduce((at, [size, value]) => bytes.writeUIntLE(value, at, size), 0);
        return bytes;
}

function zip(parts) {
        const files = [], directory = [];
        let at = 0;
        for (const [path, content] of parts) {
                const name = Buffer.from(path), packed = zlib.deflateRawSync(content);
                const about = [[2, 20], [2, 0x800], [2, 8], [2, 0], [2, 0x21], [4, crc32(content)], [4, packed.length], [4, content.length],
                        [2, name.length], [2, 0]];
                const file = Buffer.concat([record([4, LOCAL], ...about), name, packed]);
                directory.push(record([4, CENTRAL], [2, 20], ...about, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]), name);
                files.push(file);
                at += file.length;
        }
        const listed = Buffer.concat(directory);
        return Buffer.concat([...files, listed, record([4, END], [2, 0], [2, 0], [2, parts.size], [2, parts.size], [4, listed.length],
                                                       [4, at], [2, 0])]);
}

const escape = (text) => text.replace(/[&<>]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[one]);
const unescape = (text) => text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => ({ lt: "<", gt: ">", quot: "\"", apos: "'", amp: "&" })[name]);
const letter = (column) => String.fromCharCode(65 + column);

class Workbook {
        constructor(bytes) {
                this.parts = unzip(bytes);
                this.dates = undefined;
        }

        text(path) {
                return this.parts.get(path).toString("utf8");
        }

        change(path, edit) {
                this.parts.set(path, Buffer.from(edit(this.text(path))));
        }

        sheetPath(number) {
                return `xl/worksheets/sheet${number}.xml`;
        }

        // The style of a cell into which a day was typed.
        dateStyle() {
                if (this.dates === undefined)
                        this.change("xl/styles.xml", (xml) => xml.replace(/<cellXfs count="(\d+)">(.*?)<\/cellXfs>/s, (_, count, formats) => {
                                this.dates = count;
                                return `<cellXfs count="${Number(count) + 1}">${formats}` +
                                       "<xf numFmtId=\"14\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs>";
                        }));
                return this.dates;
        }

        // A text, a number, a Date, or { error: "#N/A" }; the look of the cell stays unless it is given another.
        cell(place, value, style) {
                const look = value instanceof Date ? this.dateStyle() : style, open = `<c r="${place}"${look ? ` s="${look}"` : ""}`;
                if (value instanceof Date)
                        return `${open}><v>${value.getTime() / 86400000 + 25569}</v></c>`;
                if (typeof value === "number")
                        return `${open}><v>${value}</v></c>`;
                if (value.error)
                        return `${open} t="e"><v>${value.error}</v></c>`;
                return `${open} t="inlineStr"><is><t xml:space="preserve">${escape(value)}</t></is></c>`;
        }

        // Lines of values under what the sheet holds; an empty text is an empty cell.
        append(number, lines) {
                const next = this.rows(number).length + 1;
                const rows = lines.map((line, i) => `<row r="${next + i}">${line.map((value, column) =>
                        value === "" ? "" : this.cell(letter(column) + (next + i), value)).join("")}</row>`);
                this.change(this.sheetPath(number), (xml) => xml.replace("</sheetData>", `${rows.join("")}</sheetData>`));
        }

        // A cell that holds something already.
        set(number, place, value) {
                const found = new RegExp(`<c r="${place}"([^>]*?)(?:/>|>.*?</c>)`, "s");
                this.change(this.sheetPath(number), (xml) => {
                        if (!found.test(xml))
                                throw new Error(`no cell ${place}`);
                        return xml.replace(found, (_, attributes) => this.cell(place, value, /s="(\d+)"/.exec(attributes)?.[1]));
                });
        }

        // The first sheet once more, under another name, before anything is filled in.
        copySheet(name) {
                const number = [...this.parts.keys()].filter((path) => /^xl\/worksheets\/sheet/.test(path)).length + 1;
                this.parts.set(this.sheetPath(number), Buffer.from(this.text(this.sheetPath(1)).replace(" tabSelected=\"1\"", "")));
                this.change("[Content_Types].xml", (xml) => xml.replace("</Types>",
                        `<Override PartName="/${this.sheetPath(number)}" ContentType="${SHEET_TYPE}"/></Types>`));
                this.change("xl/_rels/workbook.xml.rels", (xml) => xml.replace("</Relationships>",
                        `<Relationship Id="copy${number}" Type="${SHEET_RELATION}" Target="worksheets/sheet${number}.xml"/></Relationships>`));
                this.change("xl/workbook.xml", (xml) => xml.replace("</sheets>",
                        `<sheet name="${escape(name)}" sheetId="${number}" r:id="copy${number}"/></sheets>`));
                return number;
        }

        // Texts by row and column, both from 0; the workbook has no shared texts.
        rows(number) {
                return [...this.text(this.sheetPath(number)).matchAll(/<row [^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map(([, row = ""]) => {
                        const texts = [];
                        for (const [, column, content = ""] of row.matchAll(/<c r="([A-Z])\d+"[^>]*?(?:\/>|>(.*?)<\/c>)/gs))
                                texts[column.charCodeAt(0) - 65] = unescape(content.replace(/<[^>]+>/g, ""));
                        return Array.from(texts, (text) => text ?? "");
                });
        }

        save() {
                return zip(this.parts);
        }
}

module.exports = { Workbook, letter };
