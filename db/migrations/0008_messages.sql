CREATE TABLE "messages" (
	"order_id" text NOT NULL,
	"event" text NOT NULL,
	"claimed_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"attempts" integer DEFAULT 1 NOT NULL,
	"last_failure" text,
	CONSTRAINT "messages_order_id_event_pk" PRIMARY KEY("order_id","event")
);
--> statement-breakpoint
DROP INDEX "orders_email";--> statement-breakpoint
CREATE INDEX "messages_unsent" ON "messages" USING btree ("claimed_at") WHERE sent_at is null;--> statement-breakpoint
CREATE INDEX "orders_email" ON "orders" USING btree (lower("email"));