//go:build !linux

package main

const allowOtherRemedy = ""

func maySetAllowOther() (bool, error) { return true, nil }

func fuseConfig(bool) []finding { return nil }

func kernel() []finding { return nil }
