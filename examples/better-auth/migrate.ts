// Makes Better Auth's tables, or brings them to the shape that its version and plugins need.
import { getMigrations } from "better-auth/db/migration";
import { auth } from "./auth.ts";
import { closeDatabase } from "./database.ts";

const { toBeCreated, toBeAdded, runMigrations } = await getMigrations(auth.options);
await runMigrations();
const changed = [...toBeCreated, ...toBeAdded].map(({ table }) => table);
if (changed.length > 0) console.log(`Better Auth's tables: ${changed.join(", ")}`);
await closeDatabase();
