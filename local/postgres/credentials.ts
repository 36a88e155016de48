/** Role, password and database of the local server. They protect nothing: it listens on loopback only. */
export const LOCAL_CREDENTIALS = { user: "spillway", password: "spillway", database: "spillway" } as const

/** The only address the local server listens on. */
export const LOCAL_HOST = "127.0.0.1"
