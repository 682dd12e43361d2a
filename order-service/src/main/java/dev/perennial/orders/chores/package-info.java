/**
 * What is to be done about certificates when its time has come: one narrow table, one way to wait. Called by those who have something
 * to do ({@code renewal}) and by those who hear that it is different now ({@code facts}). It must never know what a chore is about.
 */
package dev.perennial.orders.chores;
