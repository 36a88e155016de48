/** A lane's tables. Migrations are append-only: one that was deployed is never edited. */
export const CHECKOUT_MIGRATIONS: readonly string[][] = [
  [
    `CREATE TABLE orders (
      order_id TEXT PRIMARY KEY,
      order_number TEXT NOT NULL,
      request_digest TEXT NOT NULL,
      subject TEXT NOT NULL,
      email TEXT NOT NULL,
      shipping_address TEXT,
      hold_id TEXT NOT NULL,
      hold_expires_at_ms INTEGER NOT NULL,
      sale_id TEXT,
      items TEXT NOT NULL,
      total_cents INTEGER NOT NULL CHECK (total_cents >= 0),
      currency TEXT NOT NULL,
      status TEXT NOT NULL,
      version INTEGER NOT NULL,
      history TEXT NOT NULL,
      stock TEXT NOT NULL CHECK (stock IN ('held', 'sold', 'given_back')),
      payment TEXT NOT NULL,
      intent_id TEXT,
      client_secret TEXT,
      decline_message TEXT,
      attempts INTEGER NOT NULL DEFAULT 0,
      last_failure TEXT,
      due_at_ms INTEGER,
      created_at_ms INTEGER NOT NULL,
      CHECK (payment <> 'captured' OR intent_id IS NOT NULL)
    ) STRICT, WITHOUT ROWID`,
    // The alarm asks for the orders whose time has come; settled ones have none.
    `CREATE INDEX orders_due ON orders (due_at_ms) WHERE due_at_ms IS NOT NULL`,
    `CREATE INDEX orders_sale ON orders (sale_id)`,
    // Webhooks that were recorded, so that one that comes twice acts once.
    `CREATE TABLE inbox (
      event_id TEXT PRIMARY KEY,
      order_id TEXT NOT NULL,
      at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    // Orders that Postgres is not known to have in this version; written in the transaction that changes the order.
    `CREATE TABLE outbox (
      order_id TEXT PRIMARY KEY,
      version INTEGER NOT NULL,
      changed_at_ms INTEGER NOT NULL,
      send_at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE INDEX outbox_due ON outbox (send_at_ms)`,
  ],
  // What a total is made of, and what becomes of an order after it was paid.
  [
    `ALTER TABLE orders ADD COLUMN totals TEXT`,
    `ALTER TABLE orders ADD COLUMN shipping_method TEXT`,
    `ALTER TABLE orders ADD COLUMN coupon_code TEXT`,
    `ALTER TABLE orders ADD COLUMN shipments TEXT NOT NULL DEFAULT '[]'`,
    `ALTER TABLE orders ADD COLUMN refunds TEXT NOT NULL DEFAULT '[]'`,
    `ALTER TABLE orders ADD COLUMN dispute TEXT`,
  ],
  // How often an order's newest version was sent, so that it is sent ever more rarely.
  [`ALTER TABLE outbox ADD COLUMN sends INTEGER NOT NULL DEFAULT 0`],
  // Each step is written down before it is taken; webhooks with what they say; orders that somebody must look at.
  [
    `ALTER TABLE orders ADD COLUMN step TEXT`,
    `ALTER TABLE orders ADD COLUMN step_started_at_ms INTEGER`,
    `ALTER TABLE orders ADD COLUMN hold_extended_at_ms INTEGER`,
    `ALTER TABLE orders ADD COLUMN amount_checked INTEGER NOT NULL DEFAULT 0`,
    `ALTER TABLE orders ADD COLUMN parked_as TEXT`,
    `ALTER TABLE orders ADD COLUMN parked_why TEXT`,
    `ALTER TABLE orders ADD COLUMN parked_at_ms INTEGER`,
    `CREATE INDEX orders_parked ON orders (order_id) WHERE parked_at_ms IS NOT NULL`,
    `ALTER TABLE inbox ADD COLUMN content TEXT`,
    `ALTER TABLE inbox ADD COLUMN acted_at_ms INTEGER`,
    // What was recorded before had been acted on when it was recorded.
    `UPDATE inbox SET acted_at_ms = at_ms`,
    `CREATE INDEX inbox_waiting ON inbox (order_id) WHERE acted_at_ms IS NULL`,
  ],
  // Coupons on their way back to where they are counted; written in the transaction that ends their order.
  [
    `CREATE TABLE coupon_returns (
      use_id TEXT PRIMARY KEY,
      code TEXT NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      last_failure TEXT,
      due_at_ms INTEGER
    ) STRICT, WITHOUT ROWID`,
    `CREATE INDEX coupon_returns_due ON coupon_returns (due_at_ms) WHERE due_at_ms IS NOT NULL`,
  ],
  // Refunds that were asked for here, each recorded before the provider is asked.
  [
    `CREATE TABLE refund_requests (
      order_id TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      idempotency_key TEXT NOT NULL,
      content TEXT NOT NULL,
      amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
      lines TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('asked', 'accepted', 'settled', 'refused', 'parked')),
      refund_id TEXT,
      refusal TEXT,
      attempts INTEGER NOT NULL DEFAULT 0,
      last_failure TEXT,
      requested_at_ms INTEGER NOT NULL,
      due_at_ms INTEGER,
      PRIMARY KEY (order_id, sequence),
      UNIQUE (order_id, idempotency_key)
    ) STRICT, WITHOUT ROWID`,
    `CREATE INDEX refund_requests_due ON refund_requests (due_at_ms) WHERE due_at_ms IS NOT NULL`,
  ],
  // Calculations of Stripe Tax by the orders whose tax they are; without Stripe Tax there are none.
  [
    `CREATE TABLE tax_calculations (
      order_id TEXT PRIMARY KEY,
      calculation_id TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
  ],
  // What orders were parked for, once somebody said that it is dealt with.
  [
    `CREATE TABLE dealt_parkings (
      id INTEGER PRIMARY KEY,
      order_id TEXT NOT NULL,
      parked_as TEXT NOT NULL,
      parked_why TEXT NOT NULL,
      parked_at_ms INTEGER NOT NULL,
      dealt_at_ms INTEGER NOT NULL,
      dealt_role TEXT NOT NULL,
      dealt_name TEXT NOT NULL,
      note TEXT NOT NULL
    ) STRICT`,
    `CREATE INDEX dealt_parkings_order ON dealt_parkings (order_id)`,
  ],
  // The reconciler asks for young orders with a coupon twice a minute; only orders that have one pay for the index.
  [`CREATE INDEX orders_coupon ON orders (created_at_ms) WHERE coupon_code IS NOT NULL`],
]
