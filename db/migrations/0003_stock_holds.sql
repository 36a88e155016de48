CREATE TABLE "stock_holds" (
	"sku" text NOT NULL,
	"hold_id" text NOT NULL,
	"pool" text NOT NULL,
	"customer" text NOT NULL,
	"quantity" integer NOT NULL,
	"returned_quantity" integer NOT NULL,
	"unit_price_cents" integer NOT NULL,
	"currency" text NOT NULL,
	"state" text NOT NULL,
	"order_id" text,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone NOT NULL,
	CONSTRAINT "stock_holds_sku_hold_id_pk" PRIMARY KEY("sku","hold_id")
);
--> statement-breakpoint
CREATE INDEX "stock_holds_pool" ON "stock_holds" USING btree ("sku","pool");