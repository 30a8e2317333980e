// Unpacks @sparticuz/chromium into the directory that TMPDIR names, with the shared libraries
// and fonts that it ships for machines without any, and prints the path of the browser.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import chromium, { inflate } from "@sparticuz/chromium";

const archives = fileURLToPath(new URL("../bin/", import.meta.resolve("@sparticuz/chromium")));
// The package itself unpacks its libraries (NSS, NSPR, Expat) on AWS Lambda only.
const libraries = join(archives, "al2023.tar.br");
if (existsSync(libraries)) await inflate(libraries);
console.log(await chromium.executablePath());
