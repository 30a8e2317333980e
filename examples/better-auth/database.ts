// The database, which Tasks has too: what ends a session here is heard there.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { Pool } from "pg";
import { refuse, settings } from "./settings.ts";

const BUSY_MILLISECONDS = 10_000;

/** An SQLite file that another process writes to as well. */
class SharedFile extends DatabaseSync {
  constructor(path: string) {
    super(path, { timeout: BUSY_MILLISECONDS, enableForeignKeyConstraints: true });
    this.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  }

  // A transaction that reads first and writes later fails at once, whatever the timeout, where
  // somebody else has written in between (SQLITE_BUSY_SNAPSHOT); one that takes its turn waits.
  override prepare(sql: string): StatementSync {
    return super.prepare(sql === "begin" ? "begin immediate" : sql);
  }
}

export type Database = { readonly pool: Pool } | { readonly file: DatabaseSync };

function openDatabase(url: string): Database {
  const [scheme = "", rest = ""] = url.split("://", 2);
  // As SQLAlchemy writes it: three slashes and a relative path, or four and an absolute one.
  if (["sqlite", "sqlite+aiosqlite"].includes(scheme) && /^\/[^:?]+$/.test(rest)) {
    const path = rest.slice(1);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return { file: new SharedFile(path) };
  }
  if (["postgres", "postgresql", "postgresql+asyncpg"].includes(scheme)) {
    const pool = new Pool({ connectionString: `postgresql://${url.slice(scheme.length + 3)}` });
    // Said of connections that nobody uses at the moment; unheard it would end the process.
    pool.on("error", (error) => console.error(`PostgreSQL: ${error.message}`));
    return { pool };
  }
  return refuse(
    "DATABASE_URL: write sqlite:///path/to/file.db or postgresql://user:password@host:5432/name.",
  );
}

export const database = openDatabase(settings.databaseURL);

/** Close what `database` opened. */
export async function closeDatabase(): Promise<void> {
  if ("pool" in database) await database.pool.end();
  else database.file.close();
}
